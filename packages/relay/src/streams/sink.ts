import type { Ending } from './ending.ts';
import type { Frame } from './frame.ts';

/** One connection on which frames go out. Implemented by `SocketSink` and `ServerSentSink`. */
export interface Sink {
  /** What was sent and waits for the reader. */
  readonly bufferedBytes: number;
  send(frame: Frame): void;
  /** Resolves once the system has all that was sent; rejects when the connection ends before. */
  drained(): Promise<void>;
  /** Sends a sign of life; `false` when the reader has given none since the last. */
  beat(): boolean;
  /** Says why, and begins to close. */
  end(ending: Ending): void;
  /** Drops the connection, whatever waits. */
  destroy(): void;
  /** `closed` runs once, when the connection is gone. */
  onClosed(closed: () => void): void;
}
