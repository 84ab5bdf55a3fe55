import type { Clock } from '@backchannel/client';
import { useState } from 'react';
import { Composer } from '../shared/composer.tsx';
import { Connection } from '../shared/connection.tsx';
import { connectionView, isOver } from '../shared/connection-view.ts';
import type { Emulator } from '../shared/emulator.ts';
import { Transcript } from '../shared/transcript.tsx';
import { TypingRow } from '../shared/typing-row.tsx';
import { useSnapshot } from '../shared/use-snapshot.ts';
import type { GuestSeat } from './guest-seat.ts';

interface GuestPaneProps {
  readonly seat: GuestSeat;
  readonly emulator: Emulator;
  readonly clock: Clock;
}

export function GuestPane({ seat, emulator, clock }: GuestPaneProps) {
  const { session } = seat;
  const guest = useSnapshot(session);
  const [trouble, setTrouble] = useState<string>();
  const agentName = guest.typingNames[0] ?? 'The agent';

  /** What becomes of a message stands at the message; only what never became one is told here. */
  function tryTo(act: Promise<unknown>): void {
    act.then(
      () => setTrouble(undefined),
      (error: Error) => setTrouble(error.message),
    );
  }

  function startAgain(): void {
    seat.leave();
    location.reload();
  }

  return (
    <section className="pane guest" aria-labelledby="guest-title">
      <header className="pane-head">
        <h2 id="guest-title">Guest</h2>
        <span className="beside">you, the customer</span>
        <Connection view={connectionView(guest)} clock={clock} />
      </header>
      <Transcript label="Conversation as the guest sees it" lines={guest.messages} own="guest">
        <strong>You are the customer.</strong>
        Type below: the agent’s side shows it before you send.
      </Transcript>
      <TypingRow
        typing={guest.agentTyping ? agentName : undefined}
        newestMessage={guest.messages.findLast(({ from }) => from !== 'guest')?.id}
        side="agent"
        clock={clock}
      />
      {trouble !== undefined && (
        <p className="in-place" role="alert">
          {trouble}
        </p>
      )}
      <Composer
        label="Message as the guest"
        placeholder="Write as the customer…"
        disabled={guest.state !== 'live'}
        typing={session.typing}
        onSend={(text) => tryTo(session.send(text))}
      />
      <footer className="pane-foot">
        {isOver(guest) ? (
          <>
            <span>A new session helps</span>
            <button type="button" className="quiet" onClick={startAgain}>
              Start again
            </button>
          </>
        ) : (
          <>
            <span>Try a broken line</span>
            <button
              type="button"
              className="quiet"
              disabled={guest.state !== 'live'}
              onClick={() => tryTo(emulator.cutGuests())}
            >
              Cut the connection
            </button>
          </>
        )}
      </footer>
    </section>
  );
}
