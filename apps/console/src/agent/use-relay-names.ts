import { useMemo } from 'react';
import type { RelaySnapshot, RelayWatch } from '../relay/relay-watch.ts';
import { type Observable, useSnapshot } from '../shared/use-snapshot.ts';

const NOTHING: Pick<RelaySnapshot, 'conversations'> = { conversations: [] };
const NO_RELAY: Observable<typeof NOTHING> = { snapshot: () => NOTHING, subscribe: () => () => undefined };

/** What programs call Genesys's conversations, by Genesys's id; where an id was used again, the newest. */
export function useRelayNames(relay: RelayWatch | undefined): ReadonlyMap<string, string> {
  const { conversations } = useSnapshot<Pick<RelaySnapshot, 'conversations'>>(relay ?? NO_RELAY);
  return useMemo(
    () =>
      new Map(
        conversations
          .toReversed()
          .flatMap(({ id, genesysConversationId }) =>
            genesysConversationId === undefined ? [] : [[genesysConversationId, id] as const],
          ),
      ),
    [conversations],
  );
}
