import type { Clock, Random } from '@backchannel/client';
import { waited } from './waiting.ts';

/**
 * Median time before a key, by where it stands: a fluent desktop typist. People pause before words and longer before
 * sentences; single pauses scatter log-normally (González, Calot et al. 2021, Heliyon 7 e08413).
 */
const KEY_MEDIAN_MS = { inWord: 85, beforeWord: 130, beforeSentence: 320 } as const;
/** Standard deviation of the logarithm of one pause. Real hands reach 0.5; a short demonstration keeps the long tail away. */
const SCATTER = 0.35;

/** Between the last key and Enter. */
const BEFORE_SENDING_MS = 350;

/** Pauses in milliseconds before each character of `text`. */
export function pausesMs(text: string, random: Random): number[] {
  return [...text].map((_, index) => {
    const medianMs = KEY_MEDIAN_MS[placeOf(text, index)];
    return medianMs * Math.exp(SCATTER * standardNormal(random));
  });
}

function placeOf(text: string, index: number): keyof typeof KEY_MEDIAN_MS {
  if (text[index - 1] !== ' ') return 'inWord';
  return /[.!?]/.test(text[index - 2] ?? '') ? 'beforeSentence' : 'beforeWord';
}

/** Box–Muller; 1 - x keeps the logarithm away from zero. */
const standardNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Types `text` key by key, tells every state of the draft, and settles when Enter is due. */
export async function type(
  text: string,
  { clock, random, signal }: { readonly clock: Clock; readonly random: Random; readonly signal: AbortSignal },
  onKey: (draft: string, key: string) => void,
): Promise<void> {
  let draft = '';
  const pauses = pausesMs(text, random);
  for (const [index, key] of [...text].entries()) {
    await waited(pauses[index] ?? 0, clock, signal);
    draft += key;
    onKey(draft, key);
  }
  await waited(BEFORE_SENDING_MS, clock, signal);
}
