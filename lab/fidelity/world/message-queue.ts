export interface Wait {
  readonly waitUntilMs: number;
  readonly because: 'offline' | 'limit';
}

export interface MessageQueuePorts {
  /** Takes the message (`undefined`), or says until when it must wait. */
  admit(nowMs: number): Wait | undefined;
  left(nowMs: number): void;
}

/** Messages of one writer: they leave in order, and none is given up. */
export class MessageQueue {
  /** How long limits have held messages back, all in all. */
  limitDelayMs = 0;
  /** When the first waiting message may go. */
  dueMs = Number.POSITIVE_INFINITY;
  readonly #ports: MessageQueuePorts;
  /** Since when each waiting message waits for a limit; offline time is nobody's limit. */
  readonly #waitingSinceMs: number[] = [];

  constructor(ports: MessageQueuePorts) {
    this.#ports = ports;
  }

  add(nowMs: number): void {
    this.#waitingSinceMs.push(nowMs);
    this.flush(nowMs);
  }

  flush(nowMs: number): void {
    this.dueMs = Number.POSITIVE_INFINITY;
    while (this.#waitingSinceMs.length > 0) {
      const wait = this.#ports.admit(nowMs);
      if (wait) {
        // A limit that frees at the same moment would ask for ever; time moves by at least a millisecond.
        this.dueMs = Math.max(wait.waitUntilMs, nowMs + 1);
        if (wait.because === 'offline') this.#waitingSinceMs.fill(this.dueMs);
        return;
      }
      this.limitDelayMs += nowMs - (this.#waitingSinceMs.shift() ?? nowMs);
      this.#ports.left(nowMs);
    }
  }
}
