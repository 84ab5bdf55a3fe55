import { type StructuredMessage, structuredMessage } from './guest-message.ts';
import { defaulted, guard, list, number, object } from './reader.ts';

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

const count = defaulted(number, 0);

/** Reads a page of history. The four numbers are optional in the schema and read as 0 when absent. */
export const parseGuestHistoryPage = guard(
  object<GuestHistoryPage>({
    entities: defaulted(list(structuredMessage), []),
    pageSize: count,
    pageNumber: count,
    total: count,
    pageCount: count,
  }),
);
