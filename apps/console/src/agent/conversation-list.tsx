import type { AgentConversationSnapshot } from '@backchannel/client/agent';

interface ConversationListProps {
  readonly conversations: readonly AgentConversationSnapshot[];
  readonly shownId: string | undefined;
  readonly ownConversationId: string | undefined;
  readonly onChoose: (id: string) => void;
}

export function ConversationList({ conversations, shownId, ownConversationId, onChoose }: ConversationListProps) {
  return (
    <nav className="conversations" aria-label="Conversations">
      <ul>
        {conversations.map(({ id, guestName = 'Guest', messages, guestTyping }) => (
          <li key={id}>
            <button type="button" aria-current={id === shownId} onClick={() => onChoose(id)}>
              <span className="guest-name">
                {guestName}
                {id === ownConversationId && <small>this page</small>}
              </span>
              <span className="latest">
                {guestTyping ? 'is typing…' : (messages.at(-1)?.text ?? 'nothing said yet')}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
