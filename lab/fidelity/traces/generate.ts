import type { KeystrokeKind } from '@backchannel/signals';
import { Random } from '../random.ts';
import type { Family } from './family.ts';
import { Person } from './person.ts';
import type { Conversation, EndKind, Episode, Key } from './trace.ts';

export interface Generation {
  readonly family: Family;
  readonly seed: number;
  readonly count: number;
  /** Absent: each conversation has its own length. */
  readonly lengthMs?: number | undefined;
}

/** Walk-aways in the middle of a draft: Pareto, because absences have no typical length. */
const WALK_AWAY = { leastMs: 6_000, alpha: 1.1, mostMs: 120_000 } as const;

/** How long after the last key a deserted field loses the focus: at once (another tab) or when the page is put away. */
const LEAVE_MS = { median: 2_500, sigma: 1.2 } as const;

/** Conversations of a family. The same seed gives the same conversations, whatever the count: each has its own stream. */
export function* generate({ family, seed, count, lengthMs }: Generation): Generator<Conversation> {
  for (let index = 0; index < count; index++) {
    const id = `${family.name}-${seed}-${index}`;
    yield new Writer(family, new Random(id)).conversation(id, lengthMs);
  }
}

/** One person at one conversation. Times are whole milliseconds. */
class Writer {
  readonly #family: Family;
  readonly #random: Random;
  readonly #person: Person;
  #nowMs = 0;
  #keys: Key[] = [];
  #episodes: Episode[] = [];
  #place: 0 | 1 | 2 = 2;

  constructor(family: Family, random: Random) {
    this.#family = family;
    this.#random = random;
    this.#person = new Person(family, random);
  }

  conversation(id: string, lengthMs: number | undefined): Conversation {
    const { lengthMedianMs, lengthSigma, thinkMedianMs, thinkSigma, inARowChance } = this.#family;
    const endMs = lengthMs ?? this.#random.logNormal(lengthMedianMs, lengthSigma);
    this.#nowMs = this.#random.next() * thinkMedianMs;
    while (this.#nowMs < endMs) {
      this.#draft();
      this.#nowMs += this.#random.chance(inARowChance)
        ? this.#random.logNormal(1_500, 0.5)
        : this.#random.logNormal(thinkMedianMs, thinkSigma);
    }
    return { id, episodes: this.#episodes };
  }

  #draft(): void {
    const {
      wordsMedian,
      wordsSigma,
      clearChance,
      leaveChance,
      walkAwayChance,
      hideChance,
      revisionChance,
      pasteChance,
    } = this.#family;
    const random = this.#random;
    const words = Math.max(1, Math.round(random.logNormal(wordsMedian, wordsSigma)));
    const fate = random.next();
    // A draft that is given up is given up somewhere in it.
    const givenUp = fate < clearChance + leaveChance;
    const written = givenUp ? Math.max(1, Math.ceil(words * random.next())) : words;
    const awayAfter = random.chance(walkAwayChance) ? Math.floor(random.next() * written) : -1;
    const hiddenAfter = random.chance(hideChance) ? Math.floor(random.next() * written) : -1;
    const revisedAfter = random.chance(revisionChance) ? Math.floor(random.next() * written) : -1;

    if (random.chance(pasteChance)) this.#press('paste', 0);
    this.#place = 2;
    let inSentence = 0;
    for (let word = 0; word < written; word++) {
      const phrase = this.#word(written - word);
      inSentence += phrase;
      if (word === revisedAfter) this.#revise();
      if (word === awayAfter) this.#nowMs += this.#awayMs();
      // Whoever comes back to a hidden draft writes on: a draft that is complete is sent before the tab is left.
      if (word === hiddenAfter && word + phrase < written)
        this.#endDraft('leave', random.logNormal(300, 0.5), this.#awayMs());
      word += phrase - 1;
      if (word >= written - 1) break;
      const ends = inSentence >= this.#family.sentenceWordsLeast && random.chance(this.#family.sentenceEndChance);
      if (ends) {
        this.#press('stop', this.#person.pauseMs(0));
        inSentence = 0;
      }
      if (this.#person.entry === 'keys') {
        if (ends && random.chance(0.08)) this.#press('newline', this.#person.pauseMs(1));
        else this.#press('space', this.#person.pauseMs(0));
      }
      this.#place = ends ? 2 : 1;
    }
    if (fate < clearChance) this.#clear();
    else if (givenUp) this.#endDraft('leave', random.logNormal(LEAVE_MS.median, LEAVE_MS.sigma), 0);
    else {
      if (random.chance(0.5) && this.#person.entry === 'keys') this.#press('stop', this.#person.pauseMs(0));
      this.#endDraft('send', this.#person.sendPauseMs(), 0);
    }
  }

  /** Writes the next word, or several at once; says how many. */
  #word(wordsLeft: number): number {
    const random = this.#random;
    const { entry, device } = this.#person;
    if (entry === 'dictation') {
      const spoken = Math.min(wordsLeft, 2 + random.geometric(3));
      // People speak about 150 words a minute; the text comes when a phrase is over.
      this.#press('commit', this.#person.pauseMs(this.#place) + spoken * 400);
      return spoken;
    }
    const letters = random.geometric(this.#family.lettersMean);
    if (entry === 'input-method') {
      for (let left = letters; left > 0; left -= 3) {
        let composingMs = this.#person.pauseMs(this.#place) + random.logNormal(250, 0.5);
        for (let key = 1; key < Math.min(3, left) * 2; key++) composingMs += this.#person.pauseMs(0);
        this.#press('commit', composingMs);
        this.#place = 0;
      }
      return 1;
    }
    const completed = device === 'phone' && letters > 3 && random.chance(0.25);
    const typed = completed ? 2 : letters;
    for (let letter = 0; letter < typed; letter++) {
      this.#press('letter', this.#person.pauseMs(this.#place));
      this.#place = 0;
      if (random.chance(this.#family.slipChance)) this.#slip();
    }
    if (completed) this.#press('commit', this.#person.pauseMs(0) + random.logNormal(250, 0.4));
    return 1;
  }

  /** A few deletions and the same typed again. */
  #slip(): void {
    const run = this.#random.geometric(2.5);
    for (let key = 0; key < run; key++) this.#press('delete', this.#person.pauseMs(0) + (key === 0 ? 120 : 0));
    for (let key = 0; key < run; key++) this.#press('letter', this.#person.pauseMs(0));
  }

  /** Looks back, takes a piece away and writes it anew: 12 % of composing time (Campbell and others 2003). */
  #revise(): void {
    const size = 4 + this.#random.geometric(8);
    let pauseMs = this.#person.pauseMs(2);
    for (let key = 0; key < size; key++) {
      this.#press('delete', pauseMs);
      // A key that is held down repeats every 30 to 40 ms.
      pauseMs = key > 2 ? 35 : this.#person.pauseMs(0);
    }
    this.#place = 1;
    for (let key = 0; key < size; key++) {
      const space = key % 6 === 5;
      this.#press(space ? 'space' : 'letter', this.#person.pauseMs(this.#place));
      this.#place = space ? 1 : 0;
    }
  }

  /** Everything is selected and removed, or key by key. */
  #clear(): void {
    this.#press('delete', this.#person.pauseMs(2));
    if (this.#random.chance(0.5)) {
      const run = Math.min(60, this.#keys.length);
      for (let key = 0; key < run; key++) this.#press('delete', 35);
    }
    this.#endDraft('clear', 0, 0);
  }

  #awayMs(): number {
    return Math.min(this.#random.pareto(WALK_AWAY.leastMs, WALK_AWAY.alpha), WALK_AWAY.mostMs);
  }

  #press(kind: KeystrokeKind, afterMs: number): void {
    // Nobody waits before the first key of a draft: what comes before it is thinking.
    if (this.#keys.length > 0) this.#nowMs += afterMs;
    this.#keys.push([Math.round(this.#nowMs), kind]);
  }

  #endDraft(kind: EndKind, afterMs: number, thenMs: number): void {
    this.#nowMs += afterMs;
    this.#episodes.push({ keys: this.#keys, end: { atMs: Math.round(this.#nowMs), kind } });
    this.#keys = [];
    this.#nowMs += thenMs;
  }
}
