/** Who is next: a binary heap of participants by the moment that each waits for, which may change at any time. */
export class Agenda {
  readonly #heap: number[] = [];
  readonly #place: number[] = [];
  readonly #atMs: Float64Array;

  constructor(count: number) {
    this.#atMs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    for (let who = 0; who < count; who++) {
      this.#heap.push(who);
      this.#place.push(who);
    }
  }

  /** The participant with the earliest moment; of equals, the lower number. */
  get next(): { readonly who: number; readonly atMs: number } {
    const who = this.#heap[0] ?? -1;
    return { who, atMs: this.#moment(who) };
  }

  set(who: number, atMs: number): void {
    this.#atMs[who] = atMs;
    this.#up(this.#place[who] ?? 0);
    this.#down(this.#place[who] ?? 0);
  }

  #moment(who: number): number {
    return this.#atMs[who] ?? Number.POSITIVE_INFINITY;
  }

  #before(a: number, b: number): boolean {
    const difference = this.#moment(a) - this.#moment(b);
    return difference < 0 || (Object.is(difference, 0) && a < b) || (Number.isNaN(difference) && a < b);
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i] ?? 0;
    const b = this.#heap[j] ?? 0;
    this.#heap[i] = b;
    this.#heap[j] = a;
    this.#place[b] = i;
    this.#place[a] = j;
  }

  #up(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#before(this.#heap[place] ?? 0, this.#heap[parent] ?? 0)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #down(from: number): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      let least = place;
      for (const child of [left, left + 1])
        if (child < this.#heap.length && this.#before(this.#heap[child] ?? 0, this.#heap[least] ?? 0)) least = child;
      if (least === place) return;
      this.#swap(place, least);
      place = least;
    }
  }
}
