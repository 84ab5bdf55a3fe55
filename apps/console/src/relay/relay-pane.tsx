import type { Clock } from '@backchannel/client';
import { Connection } from '../shared/connection.tsx';
import { useSnapshot } from '../shared/use-snapshot.ts';
import { OutcomeList } from './outcome-list.tsx';
import type { RelayConversation } from './relay-answers.ts';
import type { RelaySnapshot, RelayWatch } from './relay-watch.ts';
import { TryRelay } from './try-relay.tsx';
import { connectionOf, legsText, typingText } from './words.ts';
import './relay.css';

interface RelayPaneProps {
  readonly relay: RelayWatch;
  readonly clock: Clock;
}

/** What programs do through the relay: its conversations, who types in them, and what became of each call, with the reason. */
export function RelayPane({ relay, clock }: RelayPaneProps) {
  const snapshot = useSnapshot(relay);
  const { conversations } = snapshot;
  return (
    <section className="pane relay" aria-labelledby="relay-title">
      <header className="pane-head">
        <h2 id="relay-title">Relay</h2>
        <span className="beside">conversations of your programs</span>
        <Connection view={connectionOf(snapshot)} clock={clock} />
        <a className="quiet" href="/docs" target="_blank" rel="noreferrer">
          API<span className="unseen">, in a new tab</span>
        </a>
      </header>
      {conversations.length === 0 ? (
        <p className="relay-empty">Nothing yet. Call it from a terminal, and the conversation shows here.</p>
      ) : (
        <ul
          className="relay-conversations"
          aria-label="Conversations of the relay, newest first"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
        >
          {conversations.map((conversation) => (
            <Conversation
              key={conversation.id}
              conversation={conversation}
              lines={conversation.id === snapshot.openId ? snapshot.lines : undefined}
              onToggle={(open) => relay.open(open ? conversation.id : undefined)}
            />
          ))}
        </ul>
      )}
      <TryRelay commands={relay.settings.commands} clock={clock} />
    </section>
  );
}

interface ConversationProps {
  readonly conversation: RelayConversation;
  /** Absent while it is closed. */
  readonly lines: RelaySnapshot['lines'] | undefined;
  readonly onToggle: (open: boolean) => void;
}

function Conversation({ conversation, lines, onToggle }: ConversationProps) {
  const typing = typingText(conversation);
  return (
    <li className="relay-conversation" data-typing={typing !== ''}>
      <button type="button" aria-expanded={lines !== undefined} onClick={() => onToggle(lines === undefined)}>
        <span className="relay-id">{conversation.id}</span>
        <span className="relay-typing">{typing}</span>
        <span className="relay-legs">{legsText(conversation).join(' · ')}</span>
      </button>
      {lines !== undefined && <OutcomeList lines={lines} conversation={conversation} />}
    </li>
  );
}
