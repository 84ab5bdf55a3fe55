/** Longest name or id of a caller's. */
export const NAME_MAX = 256;

/**
 * Fit to be a name: not empty, not too long, and without control characters, for names are shown in logs and terminals. No
 * halves of characters either: on disk they are all the same.
 */
export const isPlainName = (name: string): boolean =>
  name !== '' &&
  name.length <= NAME_MAX &&
  name.isWellFormed() &&
  [...name].every((character) => character >= ' ' && character !== '\u007f');
