import type { KeystrokeKind } from './keystroke.ts';

/**
 * Where in the text the next key falls. People pause longer the higher the boundary: 0 within a word, 1 before a word,
 * 2 before a sentence.
 */
export type Place = 0 | 1 | 2;

/**
 * The place after a key. The space behind a full stop is still before a sentence. That a paste is followed by a look
 * at it, and that deletions come in runs, is assumed: the studies below counted neither.
 */
export function placeAfter(kind: KeystrokeKind, before: Place): Place {
  switch (kind) {
    case 'letter':
    case 'delete':
      return 0;
    case 'space':
      return before === 2 ? 2 : 1;
    case 'commit':
      return 1;
    default:
      return 2;
  }
}

/**
 * Pauses between keys are a mixture of fluent and hesitant ones, each log-normal. One row per place: median in ms and
 * sigma of the logarithm of the fluent, the same of the hesitant, and the weight of the hesitant.
 *
 * Fitted (500, 500 and 244 intervals) to the sample of Roeser, Conijn, Chukharev, Ofstad and Torrance, "Typing in
 * tandem" (github.com/jensroes/prowrite-mixture-models). Writers of essays, not of chats, and only pauses under 30 s:
 * use it to rank and to weigh, not as a promise.
 */
const PAUSES = [
  [123, 0.37, 281, 0.59, 0.14],
  [179, 0.48, 635, 1, 0.33],
  [337, 0.44, 2_636, 1.23, 0.51],
] as const;

/**
 * The normal distribution's tail is replaced by the logistic one (scale 1.702; the difference is below 0.01 everywhere).
 * It has a closed form, and log-logistic is also what fits free-text intervals best (González, Calot and others 2021).
 */
function outlasts(pauseMs: number, medianMs: number, sigma: number): number {
  return 1 / (1 + (pauseMs / medianMs) ** (1.702 / sigma));
}

/** How likely a pause at `place` is longer than `pauseMs`. */
function pauseOutlasts(pauseMs: number, place: Place): number {
  const [fluentMs, fluentSigma, hesitantMs, hesitantSigma, hesitant] = PAUSES[place];
  return (
    (1 - hesitant) * outlasts(pauseMs, fluentMs, fluentSigma) + hesitant * outlasts(pauseMs, hesitantMs, hesitantSigma)
  );
}

/** How likely the next key comes within `windowMs`, when `pausedMs` have passed since the last one. In 0..1. */
export function chanceOfNextKey(place: Place, pausedMs: number, windowMs: number): number {
  const paused = Math.max(0, pausedMs);
  return 1 - pauseOutlasts(paused + Math.max(0, windowMs), place) / pauseOutlasts(paused, place);
}
