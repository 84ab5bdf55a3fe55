import { SHOWN_DEFAULT_MS, TypingDisplay } from '@backchannel/signals';
import { append, type Intervals } from '../intervals.ts';
import type { DisplayQuirks } from '../policies/policy.ts';
import type { Network } from './network.ts';

/** What reaches the viewer. */
export interface Arrival {
  readonly atMs: number;
  readonly kind: 'on' | 'off' | 'message';
  readonly durationMs: number | undefined;
}

const SENDER = 'writer';

/** When the viewer was shown the indicator: the shipped `TypingDisplay`, asked whenever its answer may have changed. */
export function shownTo(arrivals: Arrival[], quirks: DisplayQuirks, network: Network): Intervals {
  const display = new TypingDisplay();
  const shown: number[] = [];
  let nowMs = 0;
  let showing = false;
  let untilMs = Number.POSITIVE_INFINITY;
  const advance = (toMs: number) => {
    if (showing) append(shown, nowMs, Math.min(untilMs, toMs));
    nowMs = toMs;
  };
  const look = () => {
    const { typing, nextChangeAtMs } = display.at(nowMs);
    showing = typing.length > 0;
    untilMs = nextChangeAtMs;
  };
  const hear = ({ atMs, kind, durationMs }: Arrival) => {
    if (kind === 'on') {
      display.typing({ sender: SENDER, atMs, durationMs: (durationMs ?? SHOWN_DEFAULT_MS) + quirks.holdMs });
    } else if (kind === 'message' && quirks.clearedByMessage) {
      display.message({ sender: SENDER, atMs });
    } else if (kind === 'off') {
      if (quirks.holdMs > 0 && showing && atMs < untilMs) {
        display.typing({ sender: SENDER, atMs, durationMs: quirks.holdMs });
      } else display.stopped({ sender: SENDER, atMs });
    }
  };

  arrivals.sort((a, b) => a.atMs - b.atMs);
  for (const arrival of arrivals) {
    for (
      let outageMs = network.viewerOutageIn(nowMs, arrival.atMs);
      outageMs !== undefined;
      outageMs = network.viewerOutageIn(nowMs, arrival.atMs)
    ) {
      advance(outageMs);
      display.disconnected(outageMs);
      look();
    }
    advance(arrival.atMs);
    // What comes while the viewer is away is not repeated for them; their history shows the messages afterwards.
    if (network.viewerBackMs(arrival.atMs) === undefined) hear(arrival);
    look();
  }
  advance(Number.POSITIVE_INFINITY);
  return shown;
}
