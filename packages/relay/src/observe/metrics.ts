/** Levels that are read when somebody asks for the metrics. */
export const GAUGES = {
  conversations: 'Conversations that are open.',
  lanes_waiting: 'Lanes in which a message waits.',
  messages_waiting: 'Messages that wait in all lanes.',
  guest_sessions: 'Guest legs that are live.',
  guest_sessions_queued: 'Guest legs that wait for their turn to connect.',
  agent_conversations: "Genesys's conversations that are followed for agents.",
  agent_conversations_waiting: 'Conversations of before the start that wait to be linked to their agents again.',
  streams: 'Streams that are open: WebSocket and SSE.',
  platform_requests_last_minute: 'Requests to the platform API in the last minute: what counts against the token.',
  platform_requests_limit: 'Requests a minute that the token may make, as configured.',
} as const;
export type Gauge = keyof typeof GAUGES;

/** What is counted. No label carries an id or a name: a scrape tells nothing of who talks with whom. */
export interface RelayMetrics {
  /** A typing or receipt command and what became of it; `durationMs`: from the call to the answer. */
  signal(kind: 'typing' | 'receipt', outcome: string, durationMs?: number): void;
  /** A message that was accepted, sent, postponed or failed. */
  message(outcome: 'accepted' | 'repeated' | 'sent' | 'postponed' | 'failed'): void;
  /** From acceptance until Genesys had the message. */
  delivery(latencyMs: number): void;
  /** Genesys's platform API was asked; `status` 0: it did not answer. */
  platformRequest(status: number): void;
  /** A stream was closed because its reader was too slow. */
  slowReader(): void;
  /** From now on the gauge is what `read` says. */
  watch(gauge: Gauge, read: () => number): void;
}

export const noMetrics: RelayMetrics = {
  signal() {},
  message() {},
  delivery() {},
  platformRequest() {},
  slowReader() {},
  watch() {},
};
