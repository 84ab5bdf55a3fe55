import { GUEST_CODES, type GuestCode } from '@backchannel/protocol';
import { errorFrame, type GuestFrame, tooManyRequestsFrame } from '../guest/guest-frames.ts';
import type { CheckedRule } from './fault-rule.ts';
import { HTTP_FAULTS } from './http-faults.ts';

/** The platform's error envelope for an injected status (documented, ERROR-BODY). */
export function injectedBody({ status, retryAfterSeconds }: CheckedRule, contextId: string): object {
  const { code, text } = HTTP_FAULTS[String(status)] ?? { code: 'internal.server.error', text: '' };
  const message = text.replace(/%s/g, status === 429 ? String(retryAfterSeconds) : '');
  return { message, code, status, contextId, details: [], errors: [] };
}

/** The guest socket's error frame for an injected code (documented, GUEST-CODES). */
export function injectedFrame(
  { status, retryAfterSeconds }: CheckedRule,
  tracingId: string | undefined,
): GuestFrame | undefined {
  if (status === 429 || status === 4029)
    return tooManyRequestsFrame(status, 'Request rate too high', retryAfterSeconds, tracingId);
  return isGuestCode(status) ? errorFrame(status, GUEST_CODES[status], tracingId) : undefined;
}

const isGuestCode = (status: number): status is GuestCode => Object.hasOwn(GUEST_CODES, status);
