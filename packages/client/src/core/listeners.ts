/**
 * Named events with any number of listeners. A listener that throws does not stop the others nor the session: its error is
 * thrown again from a microtask, where the runtime reports it as uncaught, for it is the application's own.
 */
export class Listeners<Events extends object> {
  readonly #byName = new Map<keyof Events, Set<(value: never) => void>>();

  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners);
    // One entry per call, so that a listener added twice is heard until it is removed twice.
    const entry = (value: Events[Name]) => listener(value);
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const listener of [...(this.#byName.get(name) ?? [])]) {
      try {
        (listener as (value: Events[Name]) => void)(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
