import { INTENT_LIFETIME_MS, type SignalOutcome } from '@backchannel/signals';
import { BackchannelError } from '../error.ts';
import type { Settled } from '../settled.ts';
import { type Heard, REPORT, type Typing, type TypingSignal } from './typing.ts';

/** Why no frame was sent for a declaration. */
const WITHOUT_A_FRAME: Partial<Record<SignalOutcome, string>> = {
  coalesced: 'What the other side sees says it already.',
  'suppressed:gap': 'The least time between two frames is not over; the next goes when it is, if it is still true.',
  'suppressed:budget': 'The channel’s limit is used up; the next frame goes when there is room, if it is still true.',
  unsupported: 'The channel has no Off: the indicator ends by itself.',
};

interface Declaration {
  readonly kind: TypingSignal['kind'];
  readonly settle: (settled: Settled) => void;
}

/** The declarations whose frames are out, by the `Typing` that sends them. */
const waitingFor = new WeakMap<Typing, Declaration[]>();

/**
 * Reports that somebody composes for at most `lifetimeMs` from now, where no keys are known: a caller of an API says
 * "types now". Declare again before it ends, or 0 for a stop. A lifetime over 10 s counts as 10 s (`DECLARED_LIFETIME_MS` of
 * `signals`), so that no dead caller types for ever.
 *
 * Settles with what became of the frame that this caused, also while that waits for room in the limits: `sent`,
 * `suppressed:…`, `offline`, `refused`. Without a frame it settles at once: `coalesced` when the indicator that is shown says
 * it already (it is renewed for as long as the declaration holds), `suppressed:gap` or `suppressed:budget` when the channel
 * must wait (a frame goes later, if it is still true), `unsupported` for a stop where no Off exists and an indicator ends by
 * itself, `suppressed:no-conversation` after `close()`. After 2 s (`INTENT_LIFETIME_MS` of `signals`) it is `timeout`: nobody
 * knows whether the frame left.
 *
 * ```ts
 * const { outcome, reason } = await declareTyping(guest.typing, 5_000);
 * ```
 *
 * @throws BackchannelError `option.invalid` when `lifetimeMs` is no number of milliseconds from 0 on.
 */
export function declareTyping(typing: Typing, lifetimeMs: number): Promise<Settled> {
  return new Promise((resolve) => {
    if (!(typeof lifetimeMs === 'number' && lifetimeMs >= 0)) {
      const found = `${String(lifetimeMs)} (${typeof lifetimeMs})`;
      throw new BackchannelError('option.invalid', `lifetimeMs is ${found}. Pass milliseconds, or 0 for a stop.`);
    }
    let cancelTimer: (() => void) | undefined;
    const waiting = waitingFor.get(typing) ?? [];
    waitingFor.set(typing, waiting);
    const declaration: Declaration = {
      kind: lifetimeMs > 0 ? 'on' : 'off',
      settle: (settled) => {
        const at = waiting.indexOf(declaration);
        if (at >= 0) waiting.splice(at, 1);
        cancelTimer?.();
        resolve(settled);
      },
    };
    const late: Settled = { outcome: 'timeout', reason: `It has not settled within ${INTENT_LIFETIME_MS} ms.` };
    waiting.push(declaration);
    const idle = typing[REPORT]((composing, clock) => {
      const nowMs = clock.now();
      cancelTimer = clock.after(INTENT_LIFETIME_MS, () => declaration.settle(late));
      composing.declared({ atMs: nowMs, untilMs: nowMs + lifetimeMs });
    }, heardBy(waiting));
    if (idle) declaration.settle(withoutFrame(idle));
  });
}

const withoutFrame = (outcome: SignalOutcome): Settled => {
  const reason = WITHOUT_A_FRAME[outcome];
  return reason ? { outcome, reason } : { outcome: 'suppressed:no-conversation', reason: 'This typing was closed.' };
};

/** A frame has ended: those whose frame it was settle with it, unless it did not leave and another is out in its place. */
const heardBy =
  (waiting: readonly Declaration[]): Heard =>
  (kind, settled, idle) => {
    for (const { kind: wanted, settle } of [...waiting]) {
      if (wanted === kind && (idle || settled.outcome === 'sent')) settle(settled);
      else if (idle) settle(withoutFrame(idle));
    }
  };
