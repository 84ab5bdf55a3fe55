import { PLATFORM_ERRORS, type PlatformErrorCode } from '@backchannel/protocol';
import { retryAfterSeconds } from '../rate-limits.ts';

/** A request that is answered with an error of the platform. Thrown by operations, put on the wire by the HTTP layer. */
export class PlatformRefusal extends Error {
  readonly code: PlatformErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** For the journal: why, and what would work. */
  readonly note: string | undefined;

  constructor(
    code: PlatformErrorCode,
    options: {
      /** Fill the `%s` of the code's text, in order. */
      readonly values?: readonly string[];
      /** Takes the place of the code's text: what a schema check says. */
      readonly text?: string | undefined;
      readonly headers?: Readonly<Record<string, string>>;
      readonly note?: string | undefined;
    } = {},
  ) {
    const [status, template] = PLATFORM_ERRORS[code];
    const values = [...(options.values ?? [])];
    super(options.text ?? template.replace(/%s/g, () => values.shift() ?? ''));
    this.name = 'PlatformRefusal';
    this.code = code;
    this.status = status;
    this.headers = options.headers ?? {};
    this.note = options.note;
  }

  /** The platform's error envelope; `contextId` equals the `ININ-Correlation-Id` header (documented, ERROR-BODY). */
  body(contextId: string) {
    return { message: this.message, code: this.code, status: this.status, contextId, details: [], errors: [] };
  }
}

/** The refusal by a rate limit, with the platform's header and text (documented, ERROR-429). */
export function tooManyRequests(waitMs: number, note: string): PlatformRefusal {
  const seconds = String(retryAfterSeconds(waitMs));
  return new PlatformRefusal('too.many.requests.retry.after', {
    values: [seconds],
    headers: { 'retry-after': seconds },
    note,
  });
}
