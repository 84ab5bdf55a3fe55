import type { Faults } from '../faults/faults.ts';
import { type Fired, noteOf } from '../faults/fired.ts';
import type { Journal } from '../journal/journal.ts';
import type { Timeline } from '../timeline.ts';
import { type Posted, postWebhook } from './post-webhook.ts';

/** What is posted, and where to. */
export interface WebhookPost {
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly kind: 'text' | 'typing' | 'receipt';
  readonly conversationId: string;
  /** Which attempt of the same webhook it is, when it is not the first. */
  readonly note: string | undefined;
  readonly timeoutMs: number;
}

interface Wire {
  readonly timeline: Timeline;
  readonly journal: Journal;
  readonly faults: Faults;
}

const CUT: Posted = { failure: 'the connection was reset' };
const HEALED: Posted = { failure: 'the connection ended without an answer' };

/**
 * One attempt at a webhook: past the fault rules, and within the time that the platform gives it. `done` hears of its end
 * once, and never after the returned function was called, which ends it.
 *
 * ```
 *   rule out ── the webhook ──▶ receiver        delay: leaves later, and its time begins then
 *                                  │            drop: never leaves    cut: fails at once
 *   rule in  ◀── its answer ───────┘            the receiver has it: delay, drop and cut make a retry a repetition
 * ```
 */
export function attemptWebhook(wire: Wire, post: WebhookPost, done: (posted: Posted) => void): () => void {
  const { timeline, journal, faults } = wire;
  const { kind, conversationId, text, timeoutMs } = post;
  const size = Buffer.byteLength(text);
  const controller = new AbortController();
  const cancels = new Set<() => void>();
  let open = true;

  const stop = (): void => {
    open = false;
    controller.abort();
    for (const cancel of cancels) cancel();
    cancels.clear();
  };
  const end = (posted: Posted): void => {
    if (!open) return;
    stop();
    done(posted);
  };
  const struck = (direction: 'in' | 'out'): Fired | undefined => {
    const fired = faults.idle ? undefined : faults.fires('webhooks', direction, kind);
    if (fired === undefined) return undefined;
    const sent = direction === 'out' ? { size, text } : { size: 0 };
    const note = noteOf(fired);
    journal.record({ direction, surface: 'webhooks', kind, conversationId, note, fault: fired.id, ...sent });
    return fired;
  };
  const startTimeout = (): void => {
    const failure = `there was no answer within ${timeoutMs} ms`;
    cancels.add(timeline.wake(timeline.nowMs() + timeoutMs, () => end({ failure })));
  };
  /** Nothing comes any more: it ends with its time, or when the faults are cleared. */
  const lose = (): void => {
    cancels.add(faults.abandon(() => end(HEALED)));
  };

  const answered = (posted: Posted): void => {
    const fired = open && 'status' in posted ? struck('in') : undefined;
    if (fired === undefined) end(posted);
    else if (fired.rule.effect === 'cut') end(CUT);
    else if (fired.rule.effect === 'delay') cancels.add(faults.hold(fired.rule.delayMs, () => end(posted)));
    else lose();
  };
  const send = (): void => {
    journal.record({ direction: 'out', surface: 'webhooks', kind, size, conversationId, note: post.note, text });
    startTimeout();
    timeline.working(
      postWebhook(post.target, post.headers, Buffer.from(text), controller.signal).then((posted) => answered(posted)),
    );
  };

  const fired = struck('out');
  if (fired === undefined) send();
  else if (fired.rule.effect === 'cut') queueMicrotask(() => end(CUT));
  else if (fired.rule.effect === 'delay') cancels.add(faults.hold(fired.rule.delayMs, send));
  else {
    startTimeout();
    lose();
  }
  return stop;
}
