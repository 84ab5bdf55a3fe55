import type { AgentConversationSnapshot } from '@backchannel/client/agent';
import { useLayoutEffect, useRef } from 'react';
import type { GuestLabel } from './guest-label.ts';

interface ConversationListProps {
  readonly conversations: readonly AgentConversationSnapshot[];
  readonly labels: ReadonlyMap<string, GuestLabel>;
  readonly shownId: string | undefined;
  readonly ownConversationId: string | undefined;
  readonly onChoose: (id: string) => void;
}

export function ConversationList({
  conversations,
  labels,
  shownId,
  ownConversationId,
  onChoose,
}: ConversationListProps) {
  const list = useRef<HTMLElement>(null);
  const count = conversations.length;

  // What comes in goes on top and would push the shown one out of a low list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: these two move it.
  useLayoutEffect(() => keepInView(list.current), [shownId, count]);

  return (
    <nav ref={list} className="conversations" aria-label="Conversations">
      <ul>
        {conversations.map(({ id, messages, guestTyping }) => (
          <li key={id}>
            <button type="button" aria-current={id === shownId} onClick={() => onChoose(id)}>
              <span className="guest-name">{labels.get(id)?.name}</span>
              <Mark isOwn={id === ownConversationId} mark={labels.get(id)?.mark} />
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

/** By hand: `scrollIntoView` would move the page around the list too. */
function keepInView(list: HTMLElement | null): void {
  const current = list?.querySelector('[aria-current="true"]');
  if (!list || !current) return;
  const frame = list.getBoundingClientRect();
  const { top, bottom } = current.getBoundingClientRect();
  list.scrollTop += Math.max(0, bottom - frame.bottom) - Math.max(0, frame.top - top);
}

/** The page's own guest is told apart by that alone. */
function Mark({ isOwn, mark }: { readonly isOwn: boolean; readonly mark: string | undefined }) {
  if (isOwn) return <small className="own">this page</small>;
  return mark === undefined ? undefined : <small>{mark}</small>;
}
