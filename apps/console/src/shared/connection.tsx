import type { Clock } from '@backchannel/client';
import { useEffect, useState } from 'react';
import type { ConnectionView } from './connection-view.ts';

const TICK_MS = 250;

interface ConnectionProps {
  readonly view: ConnectionView;
  readonly clock: Clock;
}

/** A dot and a word: how it stands with a connection. Read aloud when it changes, not at every second of a countdown. */
export function Connection({ view: { tone, text, inMs }, clock }: ConnectionProps) {
  return (
    <span className={`connection ${tone}`}>
      <span role="status">{text}</span>
      {inMs !== undefined && <Countdown key={inMs} inMs={inMs} clock={clock} />}
    </span>
  );
}

function Countdown({ inMs, clock }: { readonly inMs: number; readonly clock: Clock }) {
  const [dueAtMs] = useState(() => clock.now() + inMs);
  const [nowMs, setNowMs] = useState(() => clock.now());
  // biome-ignore lint/correctness/useExhaustiveDependencies: each tick orders the next one.
  useEffect(() => clock.after(TICK_MS, () => setNowMs(clock.now())), [clock, nowMs]);
  const seconds = Math.max(0, Math.ceil((dueAtMs - nowMs) / 1000));
  return <span aria-hidden="true">in {seconds} s</span>;
}
