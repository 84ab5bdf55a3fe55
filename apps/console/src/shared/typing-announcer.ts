import type { Clock } from '@backchannel/client';
import type { Observable } from './use-snapshot.ts';

/** Dots that vanish sooner than this are never read aloud. */
export const ANNOUNCE_AFTER_MS = 2_000;

/** Dots that come back within this time are the same typing session: a pause between two keys is no news. */
export const SAME_SESSION_WITHIN_MS = 10_000;

/**
 * What a screen reader says about the dots: "Ana is typing", once per typing session, and never that it stopped.
 *
 * A session starts with the first dots and ends with that person's message, or when the dots stayed away for
 * `SAME_SESSION_WITHIN_MS`. The text goes when the dots go, so that the next session is a change that gets read.
 */
export class TypingAnnouncer implements Observable<string> {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #text = '';
  #shown: string | undefined;
  #message: string | undefined;
  #announced = false;
  #cancel: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  snapshot(): string {
    return this.#text;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Who is shown typing now, if anybody, and the id of that side's newest message. May be called at every change. */
  update(typing: string | undefined, newestMessage: string | undefined): void {
    if (newestMessage !== this.#message) {
      this.#message = newestMessage;
      this.#announced = false;
      // Dots that are shown in spite of a message are a session of their own, with a lead of its own.
      if (this.#shown !== undefined) this.#hide();
    }
    if (typing === this.#shown) return;
    if (typing === undefined) this.#hide();
    else this.#show(typing);
  }

  #show(typing: string): void {
    this.#cancel();
    this.#shown = typing;
    if (this.#announced) return;
    this.#cancel = this.#clock.after(ANNOUNCE_AFTER_MS, () => {
      this.#announced = true;
      this.#say(`${typing} is typing`);
    });
  }

  #hide(): void {
    this.#cancel();
    this.#shown = undefined;
    this.#say('');
    this.#cancel = this.#clock.after(SAME_SESSION_WITHIN_MS, () => {
      this.#announced = false;
    });
  }

  #say(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    for (const listener of this.#listeners) listener();
  }
}
