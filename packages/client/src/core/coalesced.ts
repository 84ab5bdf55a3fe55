/**
 * A task that brings something up to date, at most one at a time: whoever asks during a run shares the next one, which begins
 * after it and so sees everything that was wanted by then. Nothing runs in the turn that asks, so a hundred wishes of one turn
 * cost one run.
 */
export class Coalesced<Value> {
  readonly #task: () => Promise<Value>;
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<Value> | undefined;

  constructor(task: () => Promise<Value>) {
    this.#task = task;
  }

  run(): Promise<Value> {
    if (this.#next) return this.#next;
    const begin = () => {
      this.#next = undefined;
      return this.#task();
    };
    const next = this.#running.then(begin, begin);
    this.#next = next;
    this.#running = next;
    return next;
  }
}
