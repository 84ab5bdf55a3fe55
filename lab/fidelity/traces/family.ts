/** Pauses at one place of the text: a share of hesitant ones among fluent ones; medians in ms, sigmas of the logarithm. */
export interface Pauses {
  readonly fluentMs: number;
  readonly fluentSigma: number;
  readonly hesitantMs: number;
  readonly hesitantSigma: number;
  /** The mean over people; each person has an own share. */
  readonly hesitantShare: number;
}

/** How a population writes chats. Numbers from the literature carry their source, all others are assumed. */
export interface Family {
  readonly name: string;
  readonly about: string;
  readonly law: 'log-normal' | 'log-logistic';
  /** Within a word, before a word, before a sentence. */
  readonly pauses: readonly [within: Pauses, word: Pauses, sentence: Pauses];
  /** Of the Beta distribution of personal hesitation: low is diverse. */
  readonly hesitationConcentration: number;
  readonly speedSigma: number;
  readonly phoneShare: number;
  readonly secondLanguageShare: number;
  /** Writers whose input method commits several characters at once, without keys between. */
  readonly inputMethodShare: number;
  readonly dictationShare: number;
  readonly wordsMedian: number;
  readonly wordsSigma: number;
  readonly lettersMean: number;
  readonly sentenceWordsLeast: number;
  readonly sentenceEndChance: number;
  readonly slipChance: number;
  readonly revisionChance: number;
  readonly pasteChance: number;
  readonly clearChance: number;
  readonly leaveChance: number;
  readonly walkAwayChance: number;
  readonly hideChance: number;
  /** From the last key to the send. */
  readonly sendPauses: Pauses;
  readonly thinkMedianMs: number;
  readonly thinkSigma: number;
  /** Messages that follow the last one at once. */
  readonly inARowChance: number;
  readonly lengthMedianMs: number;
  readonly lengthSigma: number;
}

/**
 * The default. Pauses: fitted to the 500, 500 and 244 intervals of the sample that Roeser, Conijn, Chukharev, Ofstad and
 * Torrance publish with "Typing in tandem" (github.com/jensroes/prowrite-mixture-models). Message length, sentence
 * breaks, slips (5 % of presses), endings and walk-aways: the recommendation in docs/fidelity.md; think times are tuned
 * to the 43 % typing share of Campbell, Stanziola and Feng 2003.
 */
const CHAT: Family = {
  name: 'chat',
  about: 'adults who chat, two thirds at a desk, a quarter in a second language',
  law: 'log-normal',
  pauses: [
    { fluentMs: 123, fluentSigma: 0.37, hesitantMs: 281, hesitantSigma: 0.59, hesitantShare: 0.14 },
    { fluentMs: 179, fluentSigma: 0.48, hesitantMs: 635, hesitantSigma: 0.95, hesitantShare: 0.33 },
    { fluentMs: 280, fluentSigma: 0.5, hesitantMs: 1_600, hesitantSigma: 1.05, hesitantShare: 0.36 },
  ],
  hesitationConcentration: 14,
  speedSigma: 0.25,
  phoneShare: 0.3,
  secondLanguageShare: 0.12,
  inputMethodShare: 0.06,
  dictationShare: 0.02,
  wordsMedian: 8,
  wordsSigma: 0.9,
  lettersMean: 4.7,
  sentenceWordsLeast: 9,
  sentenceEndChance: 0.35,
  slipChance: 0.01,
  revisionChance: 0.1,
  pasteChance: 0.03,
  clearChance: 0.05,
  leaveChance: 0.03,
  walkAwayChance: 0.02,
  hideChance: 0.04,
  sendPauses: { fluentMs: 450, fluentSigma: 0.5, hesitantMs: 1_400, hesitantSigma: 0.7, hesitantShare: 0.2 },
  thinkMedianMs: 20_000,
  thinkSigma: 0.8,
  inARowChance: 0.2,
  lengthMedianMs: 480_000,
  lengthSigma: 0.5,
};

/**
 * Held out: no constant of a policy was chosen on it. Pauses after another table of the same paper (CATO and
 * SPL2: students who plan more before words and sentences), another law with heavier tails (log-logistic: González,
 * Calot and others 2021), longer messages, more phones, people who differ more.
 */
const DELIBERATE: Family = {
  ...CHAT,
  name: 'deliberate',
  about: 'held out: careful writers, heavier tails, longer messages, more phones and second language',
  law: 'log-logistic',
  pauses: [
    { fluentMs: 149, fluentSigma: 0.36, hesitantMs: 306, hesitantSigma: 0.7, hesitantShare: 0.12 },
    { fluentMs: 225, fluentSigma: 0.5, hesitantMs: 757, hesitantSigma: 0.9, hesitantShare: 0.39 },
    { fluentMs: 350, fluentSigma: 0.5, hesitantMs: 2_400, hesitantSigma: 1, hesitantShare: 0.6 },
  ],
  hesitationConcentration: 7,
  speedSigma: 0.35,
  phoneShare: 0.5,
  secondLanguageShare: 0.4,
  inputMethodShare: 0.12,
  wordsMedian: 11,
  wordsSigma: 0.8,
  sentenceWordsLeast: 7,
  sentenceEndChance: 0.3,
  slipChance: 0.012,
  revisionChance: 0.25,
  sendPauses: { fluentMs: 600, fluentSigma: 0.5, hesitantMs: 2_200, hesitantSigma: 0.8, hesitantShare: 0.3 },
  thinkMedianMs: 20_000,
  lengthMedianMs: 600_000,
};

/** Held out as well: short, fast messages in rows, few pauses, many drafts that are given up. */
const HASTY: Family = {
  ...CHAT,
  name: 'hasty',
  about: 'held out: fast, short messages in rows, many drafts given up',
  pauses: [
    { fluentMs: 107, fluentSigma: 0.4, hesitantMs: 240, hesitantSigma: 0.6, hesitantShare: 0.1 },
    { fluentMs: 150, fluentSigma: 0.5, hesitantMs: 520, hesitantSigma: 1.1, hesitantShare: 0.28 },
    { fluentMs: 208, fluentSigma: 0.62, hesitantMs: 1_595, hesitantSigma: 1.32, hesitantShare: 0.57 },
  ],
  hesitationConcentration: 20,
  phoneShare: 0.55,
  secondLanguageShare: 0.15,
  wordsMedian: 5,
  wordsSigma: 0.7,
  revisionChance: 0.1,
  clearChance: 0.09,
  leaveChance: 0.06,
  inARowChance: 0.4,
  sendPauses: { fluentMs: 300, fluentSigma: 0.5, hesitantMs: 1_100, hesitantSigma: 0.9, hesitantShare: 0.15 },
  thinkMedianMs: 10_000,
};

export const FAMILIES: readonly Family[] = [CHAT, DELIBERATE, HASTY];
