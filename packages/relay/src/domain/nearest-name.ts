/** Longer names are certainly not a slip of the pen. */
const COMPARED_MAX = 200;

/** How many single letters must be changed, added or taken away. */
export function spellingDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
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
