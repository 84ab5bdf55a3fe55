import type { Clock } from '@backchannel/client';
import { useEffect, useState } from 'react';
import { TypingAnnouncer } from './typing-announcer.ts';
import { useSnapshot } from './use-snapshot.ts';

interface TypingRowProps {
  /** Who is composing, `undefined` for nobody. */
  readonly typing: string | undefined;
  /** The newest message of that side: it ends the typing session. */
  readonly newestMessage: string | undefined;
  readonly side: 'guest' | 'agent';
  readonly clock: Clock;
}

/** The dots. The row keeps its height when they go, so that nothing on the page jumps. */
export function TypingRow({ typing, newestMessage, side, clock }: TypingRowProps) {
  return (
    <div className={`typing-row ${side}`} data-typing={typing !== undefined}>
      <div className="typing" aria-hidden="true">
        <span className="dots">
          <i />
          <i />
          <i />
        </span>
        <span className="who">{typing}</span>
      </div>
      <TypingAnnouncement typing={typing} newestMessage={newestMessage} clock={clock} />
    </div>
  );
}

function TypingAnnouncement({ typing, newestMessage, clock }: Omit<TypingRowProps, 'side'>) {
  const [announcer] = useState(() => new TypingAnnouncer(clock));
  useEffect(() => announcer.update(typing, newestMessage), [announcer, typing, newestMessage]);
  return (
    <div className="unseen" role="status" aria-live="polite" aria-atomic="true">
      {useSnapshot(announcer)}
    </div>
  );
}
