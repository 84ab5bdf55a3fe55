import { type GuestRequest, type Parsed, parseGuestRequest, parseJson } from '@backchannel/protocol';
import { kindOfMessage } from './on-message.ts';

/** What the journal calls a frame of a guest, read ahead of its being answered; and the tracingId of the answer. */
export function frameKindOf(text: string): { readonly kind: string; readonly tracingId?: string | undefined } {
  const request: Parsed<GuestRequest> = parseJson(text, parseGuestRequest);
  if (!request.ok) return { kind: 'malformed' };
  const { value } = request;
  const kind = value.action === 'onMessage' ? kindOfMessage(value.message) : value.action;
  return { kind, tracingId: value.tracingId };
}
