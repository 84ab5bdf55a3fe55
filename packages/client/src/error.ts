/** What the platform said of its own about an error, as far as it said it (documented, ERROR-BODY). */
export interface PlatformRefusal {
  /** HTTP status, or the code of a guest frame. */
  readonly status: number;
  /** Stable code such as `missing.any.permissions`. */
  readonly code?: string | undefined;
  /** Quote it to Genesys support; equals the `ININ-Correlation-Id` header. */
  readonly contextId?: string | undefined;
}

/** What an error knows besides its code and text. */
export interface BackchannelErrorOptions {
  readonly cause?: unknown;
  readonly platform?: PlatformRefusal | undefined;
}

/**
 * The one error class of this package. Thrown for mistakes of the caller (`option.invalid`, `text.invalid`, …); everything
 * that can go wrong by itself comes as a `Settled` that may carry one.
 *
 * `code` is stable and prefixes the message; the message says what could not be done, why, and how to fix it.
 */
export class BackchannelError extends Error {
  override readonly name = 'BackchannelError';
  readonly code: string;
  readonly platform: PlatformRefusal | undefined;

  constructor(code: string, text: string, { cause, platform }: BackchannelErrorOptions = {}) {
    super(`${code}: ${text}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.platform = platform;
  }

  /** Whatever was thrown, as a `BackchannelError`: itself if it is one, else wrapped with the value as its cause. */
  static from(value: unknown, code = 'unexpected'): BackchannelError {
    if (value instanceof BackchannelError) return value;
    const text = value instanceof Error ? value.message : `Thrown: ${String(value)}`;
    return new BackchannelError(code, text, { cause: value });
  }
}
