/**
 * In-band codes of the guest socket (documented unless marked, GUEST-CODES). There are no 4xxx WebSocket close codes: these
 * numbers travel in frames. 4012, 4014–4016, 4018, 4019 and 4021–4028 are unknown.
 */
export const GUEST_CODES = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  408: 'timeout',
  409: 'the conversation is read-only',
  429: 'too many requests',
  4000: 'feature unavailable',
  4001: 'file type invalid',
  4002: 'file size invalid',
  4003: 'file content invalid',
  4004: 'file name invalid',
  4005: 'file name too long',
  4006: 'session has expired',
  4007: 'session not found',
  4008: 'attachment has expired',
  4009: 'attachment not found',
  4010: 'attachment not successfully uploaded',
  4011: 'message too long',
  4013: 'custom attributes too large',
  4017: 'cannot downgrade to unauthenticated',
  4020: 'missing parameter',
  4029: 'request rate too high',
  4102: 'file is empty',
  5000: 'unexpected error',
} as const;

/** A code of the guest socket that has a known meaning. */
export type GuestCode = keyof typeof GUEST_CODES;
