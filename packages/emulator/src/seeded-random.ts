/** Numbers in [0, 1) from a seed: the same for the same seed and name, whatever else draws numbers (mulberry32; not for secrets). */
export class SeededRandom {
  #state: number;

  constructor(seed: number, name: string) {
    let state = seed | 0;
    // FNV-1a: neighbouring names begin far from each other.
    for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x0100_0193);
    this.#state = state >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
