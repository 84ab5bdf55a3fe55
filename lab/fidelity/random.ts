/**
 * Chance for the lab: the same text, the same numbers, on every machine (integer arithmetic, and IEEE functions only
 * where the last digit is rounded away). sfc32 by Chris Doty-Humphrey; not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;
  #spareNormal: number | undefined;

  /** Streams of different names are independent of each other: one per purpose, so that none disturbs another. */
  constructor(name: string) {
    const next = hashes(name);
    this.#a = next();
    this.#b = next();
    this.#c = next();
    for (let round = 0; round < 12; round++) this.next();
  }

  /** In [0, 1). */
  next(): number {
    const mixed = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + mixed;
    return (mixed >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Box and Muller; both numbers of a pair are used. */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** The heavier-tailed sibling with about the same spread of the logarithm. */
  logLogistic(median: number, sigma: number): number {
    const share = this.next();
    return median * ((share + 1e-9) / (1 - share)) ** (sigma / 1.702);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** At least 1. */
  geometric(mean: number): number {
    return mean <= 1 ? 1 : 1 + Math.floor(Math.log(1 - this.next()) / Math.log(1 - 1 / mean));
  }

  pareto(least: number, alpha: number): number {
    return least / (1 - this.next()) ** (1 / alpha);
  }

  /** In (0, 1), with this mean; the higher the concentration, the nearer to it. */
  beta(mean: number, concentration: number): number {
    const a = this.#gamma(mean * concentration);
    const b = this.#gamma((1 - mean) * concentration);
    return a / (a + b);
  }

  /** Marsaglia and Tsang; below shape 1 boosted from shape + 1. */
  #gamma(shape: number): number {
    if (shape < 1) return this.#gamma(shape + 1) * (1 - this.next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const normal = this.normal();
      const v = (1 + c * normal) ** 3;
      if (v <= 0) continue;
      if (Math.log(1 - this.next()) < 0.5 * normal * normal + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}

/** 32-bit hashes of a text, one after another (xmur3). */
function hashes(text: string): () => number {
  let hash = 1_779_033_703 ^ text.length;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 3_432_918_353);
    hash = (hash << 13) | (hash >>> 19);
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
    hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
    hash ^= hash >>> 16;
    return hash >>> 0;
  };
}
