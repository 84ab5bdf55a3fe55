import { Fields } from './fields.ts';
import { readStructuredMessage, type StructuredMessage } from './guest-message.ts';
import type { Parsed } from './parsed.ts';

/** Path of the guest's own history on the API host; the bearer is the JWT of `getJwt` (documented, GUEST-HISTORY). */
export const GUEST_HISTORY_PATH = '/api/v2/webmessaging/messages';

/** One page of history. Typing is never in it (documented, GUEST-HISTORY-NO-TYPING). */
export interface GuestHistoryPage {
  /** **Newest first**, inside a page and across pages. */
  readonly entities: readonly StructuredMessage[];
  readonly pageSize: number;
  /** Counts from 1. */
  readonly pageNumber: number;
  readonly total: number;
  readonly pageCount: number;
}

/** Reads a page of history. The four numbers are optional in the schema and read as 0 when absent. */
export function parseGuestHistoryPage(value: unknown): Parsed<GuestHistoryPage> {
  const fields = Fields.of(value);
  return fields.end({
    entities: fields.optionalList('entities', readStructuredMessage),
    pageSize: fields.optional('pageSize', fields.number) ?? 0,
    pageNumber: fields.optional('pageNumber', fields.number) ?? 0,
    total: fields.optional('total', fields.number) ?? 0,
    pageCount: fields.optional('pageCount', fields.number) ?? 0,
  });
}
