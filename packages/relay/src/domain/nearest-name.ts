/** Longer names are certainly not a slip of the pen. */
const COMPARED_MAX = 200;

/**
 * How many single letters must be changed, added or taken away; `Infinity` when they are more than `max`. What is certainly
 * too far apart is given up early: a small `max` costs little, whatever is compared.
 */
export function spellingDistance(left: string, right: string, max = Infinity): number {
  if (Math.abs(left.length - right.length) > max) return Infinity;
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    // Further from the diagonal than this more letters were added or taken away than may be.
    const [from, to] = [Math.max(1, row - max), Math.min(right.length, row + max)];
    const current = new Array<number>(right.length + 1).fill(Infinity);
    current[0] = row;
    let least = row;
    for (let column = from; column <= to; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const far = Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      current[column] = far;
      least = Math.min(least, far);
    }
    if (least > max) return Infinity;
    previous = current;
  }
  const far = previous[right.length] ?? 0;
  return far > max ? Infinity : far;
}

/** The known name that somebody most likely meant; `undefined` when none is near enough to help. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  if (given.length > COMPARED_MAX) return undefined;
  let best: { readonly name: string; readonly far: number } | undefined;
  for (const name of known) {
    const far = spellingDistance(given.toLowerCase(), name.toLowerCase());
    if (best === undefined || far < best.far) best = { name, far };
  }
  return best !== undefined && best.far <= Math.ceil(best.name.length / 2) ? best.name : undefined;
}
