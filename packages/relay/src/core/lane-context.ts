import type { Agenda, Random } from '@backchannel/client';
import type { ExplainLine } from '../domain/commands.ts';
import type { Legs, PlatformMessage } from '../legs/legs.ts';
import type { Log } from '../observe/log.ts';
import type { RelayMetrics } from '../observe/metrics.ts';
import type { Store, StoredMessage } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import type { EventLog } from './event-log.ts';

/** How a delivery ended. */
export interface Settlement {
  readonly status: 'sent' | 'failed';
  readonly platformIds: readonly string[];
  readonly reason?: string | undefined;
}

/** What every lane works with. */
export interface LaneContext {
  readonly store: Store;
  readonly events: EventLog;
  readonly legs: Legs;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly epochMs: () => number;
  readonly log: Log;
  readonly metrics: RelayMetrics;
  /** Writes it down and tells everybody who waits for it. */
  readonly settle: (conversation: Conversation, message: StoredMessage, settlement: Settlement) => Promise<void>;
  /** The platform shows a message that no delivery waits for: it is known, or it is news. */
  readonly observed: (conversation: Conversation, message: PlatformMessage) => void;
  readonly explain: (conversation: Conversation, line: Omit<ExplainLine, 'time'>) => void;
}
