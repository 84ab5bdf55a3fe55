/** Half a character of two: JSON can carry it, UTF-8 can't. (With `u`, whole ones are not of this kind.) */
const HALVES = /\p{Surrogate}/gu;

/** The text as it is on disk and on most wires: with a replacement sign for each half of a character. */
export const wellFormed = (text: string): string => text.replace(HALVES, '\ufffd');
