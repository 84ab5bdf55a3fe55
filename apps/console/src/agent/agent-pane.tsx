import type { Clock } from '@backchannel/client';
import type { AgentConversation, AgentSession } from '@backchannel/client/agent';
import { useMemo, useState } from 'react';
import type { GuestSeat } from '../guest/guest-seat.ts';
import type { RelayWatch } from '../relay/relay-watch.ts';
import { Composer } from '../shared/composer.tsx';
import { Connection } from '../shared/connection.tsx';
import { connectionView } from '../shared/connection-view.ts';
import type { Emulator } from '../shared/emulator.ts';
import { Transcript } from '../shared/transcript.tsx';
import { TypingRow } from '../shared/typing-row.tsx';
import { useSnapshot } from '../shared/use-snapshot.ts';
import type { Journal } from '../wire/journal.ts';
import { ConversationList } from './conversation-list.tsx';
import { CopyCurl } from './copy-curl.tsx';
import { guestLabels } from './guest-label.ts';
import { conversationOfSeat, conversationOnWire } from './own-conversation.ts';
import { useRelayNames } from './use-relay-names.ts';
import './agent.css';

interface AgentPaneProps {
  readonly agent: AgentSession;
  readonly emulator: Emulator;
  /** The guest of this page and the wire: they tell which conversation is this page's own. */
  readonly guest: GuestSeat;
  readonly journal: Journal;
  /** Its conversations go by the names that programs gave them. */
  readonly relay: RelayWatch | undefined;
  readonly clock: Clock;
}

export function AgentPane({ agent, guest, journal, relay, emulator, clock }: AgentPaneProps) {
  const session = useSnapshot(agent);
  const { name, conversations } = session;
  const [chosenId, setChosenId] = useState<string>();
  const onWire = useConversationOnWire(guest, journal);
  const ownConversationId = conversationOfSeat(guest.id, conversations) ?? onWire;
  const newestFirst = conversations.toReversed();
  const labels = guestLabels(conversations, useRelayNames(relay));
  const shownId = [chosenId, ownConversationId, newestFirst[0]?.id].find((id) =>
    conversations.some((conversation) => conversation.id === id),
  );
  const shown = shownId === undefined ? undefined : agent.conversation(shownId);

  return (
    <section className="pane agent" aria-labelledby="agent-title">
      <header className="pane-head">
        <h2 id="agent-title">Agent</h2>
        <span className="beside">{name === undefined ? 'you, at the desk' : `you, as ${name}`}</span>
        <Connection view={connectionView(session)} clock={clock} />
      </header>
      {conversations.length > 1 && (
        <ConversationList
          conversations={newestFirst}
          labels={labels}
          shownId={shownId}
          ownConversationId={ownConversationId}
          onChoose={setChosenId}
        />
      )}
      {shown === undefined ? (
        <div className="transcript">
          <p className="nothing-yet">
            <strong>You are the agent.</strong>A conversation shows here as soon as a guest begins one.
          </p>
        </div>
      ) : (
        <Desk
          key={shown.id}
          conversation={shown}
          guestName={labels.get(shown.id)?.name ?? 'The guest'}
          emulator={emulator}
          clock={clock}
          onEngaged={() => setChosenId(shown.id)}
        />
      )}
    </section>
  );
}

function useConversationOnWire({ session }: GuestSeat, journal: Journal): string | undefined {
  const { messages } = useSnapshot(session);
  const { entries } = useSnapshot(journal);
  return useMemo(() => conversationOnWire(messages, entries), [messages, entries]);
}

interface DeskProps {
  readonly conversation: AgentConversation;
  readonly guestName: string;
  readonly emulator: Emulator;
  readonly clock: Clock;
  /** Somebody began to work in this conversation: it stays, whatever comes in. */
  readonly onEngaged: () => void;
}

/** One conversation on the agent's desk. */
function Desk({ conversation, guestName, emulator, clock, onEngaged }: DeskProps) {
  const { guestTyping, messages, communicationId, state } = useSnapshot(conversation);
  const [trouble, setTrouble] = useState<string>();

  /** What becomes of a message stands at the message; only what never became one is told here. */
  function send(text: string): void {
    conversation.send(text).then(
      () => setTrouble(undefined),
      (error: Error) => setTrouble(error.message),
    );
  }

  return (
    <>
      <Transcript label="Conversation as the agent sees it" lines={messages} own="agent">
        <strong>You are the agent.</strong>
        The guest has not written yet. Type below: the guest’s side shows it before you send.
      </Transcript>
      <TypingRow
        typing={guestTyping ? guestName : undefined}
        newestMessage={messages.findLast(({ from }) => from === 'guest')?.id}
        side="guest"
        clock={clock}
      />
      {trouble !== undefined && (
        <p className="in-place" role="alert">
          {trouble}
        </p>
      )}
      <Composer
        label="Message as the agent"
        placeholder="Write as the agent…"
        disabled={state !== 'connected'}
        typing={conversation.typing}
        onFocus={onEngaged}
        onSend={send}
      />
      <CopyCurl conversationId={conversation.id} communicationId={communicationId} emulator={emulator} clock={clock} />
    </>
  );
}
