import type { Random } from '../random.ts';
import type { Family, Pauses } from './family.ts';

export type Device = 'desk' | 'phone';

/** How text gets in: key by key, by an input method that commits groups, or spoken. */
export type Entry = 'keys' | 'input-method' | 'dictation';

const SECOND_LANGUAGE = {
  /** Hesitation, relative to the first language; "Typing in tandem", constrained model (448 → 719 ms, 1,440 → 1,961 ms). */
  slower: [1.2, 1.3, 1.2],
  /** The same table; only part of .04 → .15, .51 → .89, .78 → .92, because the base mixes both groups already. */
  moreOften: [1.6, 1.25, 1.1],
} as const;

/** A phone is this much slower than a desk (Palin and others 2019: about 330 ms per character, after 239 ms). */
const PHONE_SLOWER = [1.4, 1.8] as const;

/** Hesitation shrinks and grows with speed less than fluent pauses do: people differ in how often, not how long. */
const HESITANT_BY_SPEED = 0.2;

/** A person with their own speed and their own hesitation. */
export class Person {
  readonly device: Device;
  readonly entry: Entry;
  readonly secondLanguage: boolean;
  readonly speed: number;
  readonly #family: Family;
  readonly #random: Random;
  readonly #pauses: readonly Pauses[];

  constructor(family: Family, random: Random) {
    this.#family = family;
    this.#random = random;
    this.device = random.chance(family.phoneShare) ? 'phone' : 'desk';
    const spoken = random.chance(family.dictationShare);
    this.entry = spoken ? 'dictation' : random.chance(family.inputMethodShare) ? 'input-method' : 'keys';
    this.secondLanguage = random.chance(family.secondLanguageShare);
    const [least, most] = PHONE_SLOWER;
    this.speed =
      random.logNormal(1, family.speedSigma) * (this.device === 'phone' ? least + (most - least) * random.next() : 1);
    this.#pauses = family.pauses.map((pauses, place) => {
      const often = this.secondLanguage ? (SECOND_LANGUAGE.moreOften[place] ?? 1) : 1;
      const slower = this.secondLanguage ? (SECOND_LANGUAGE.slower[place] ?? 1) : 1;
      const mean = Math.min(0.92, pauses.hesitantShare * often);
      return {
        ...pauses,
        fluentMs: pauses.fluentMs * this.speed,
        hesitantMs: pauses.hesitantMs * slower * this.speed ** HESITANT_BY_SPEED,
        hesitantShare: random.beta(mean, family.hesitationConcentration),
      };
    });
  }

  /** The pause before the next key: 0 within a word, 1 before a word, 2 before a sentence. */
  pauseMs(place: 0 | 1 | 2): number {
    const pauses = this.#pauses[place];
    if (!pauses) throw new RangeError(`There is no place ${place}.`);
    return this.#draw(pauses);
  }

  sendPauseMs(): number {
    return this.#draw(this.#family.sendPauses);
  }

  #draw({ fluentMs, fluentSigma, hesitantMs, hesitantSigma, hesitantShare }: Pauses): number {
    const random = this.#random;
    const hesitant = random.chance(hesitantShare);
    const median = hesitant ? hesitantMs : fluentMs;
    const sigma = hesitant ? hesitantSigma : fluentSigma;
    const pauseMs =
      this.#family.law === 'log-normal' ? random.logNormal(median, sigma) : random.logLogistic(median, sigma);
    return Math.min(Math.max(pauseMs, 25), PAUSE_MAX_MS);
  }
}

/** The studies cut pauses at 30 s; longer absences are walk-aways, drawn on their own. */
const PAUSE_MAX_MS = 30_000;
