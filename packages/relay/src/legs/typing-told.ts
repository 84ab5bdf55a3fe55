import type { Clock } from '@backchannel/client';

/** A typing that lasts is told again this often … */
export const TYPING_RENEWAL_MS = 4_000;

/** … and holds this long without being told again. */
export const TYPING_TOLD_MS = 6_000;

/**
 * Sessions say when somebody begins to type and when it ends. This tells it to a listener who wants every statement to hold
 * for a while and then to lapse by itself, so that nothing is shown for ever when this process is gone.
 */
export class TypingTold {
  readonly #clock: Clock;
  readonly #tell: (typing: { readonly typing: boolean; readonly durationMs?: number | undefined }) => void;
  #cancel: (() => void) | undefined;

  constructor(
    clock: Clock,
    tell: (typing: { readonly typing: boolean; readonly durationMs?: number | undefined }) => void,
  ) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** What is the case now; the same again changes nothing. */
  is(typing: boolean): void {
    if (typing === (this.#cancel !== undefined)) return;
    if (typing) {
      this.#renew();
      return;
    }
    this.close();
    this.#tell({ typing: false });
  }

  /** Tells nothing any more. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #renew(): void {
    this.#cancel = this.#clock.after(TYPING_RENEWAL_MS, () => this.#renew());
    this.#tell({ typing: true, durationMs: TYPING_TOLD_MS });
  }
}
