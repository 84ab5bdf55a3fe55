import type { SeededRandom } from '../seeded-random.ts';

/** Pauses before words and sentences, as factors of the pause within a word. */
const BEFORE_WORD = 1.5;
const BEFORE_SENTENCE = 3.8;
/** Standard deviation of the logarithm of one pause. */
const SCATTER = 0.35;

/** Pauses in milliseconds before each character of `text`: log-normal, longer before words and sentences, as people type. */
export function pausesMs(text: string, keyMs: number, random: SeededRandom): number[] {
  return [...text].map((_, index) => keyMs * placeFactor(text, index) * Math.exp(SCATTER * standardNormal(random)));
}

function placeFactor(text: string, index: number): number {
  if (text[index - 1] !== ' ') return 1;
  return /[.!?]/.test(text[index - 2] ?? '') ? BEFORE_SENTENCE : BEFORE_WORD;
}

/** Box–Muller; 1 - x keeps the logarithm away from zero. */
const standardNormal = (random: SeededRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
