import type { AgentConversation } from '@backchannel/client/agent';
import type { GuestSession } from '@backchannel/client/guest';
import type { Side, StageEvent } from '../stage/stage.ts';

/** What a side's screen shows of the other side at one moment. */
interface View {
  readonly typing: string | undefined;
  readonly messages: readonly { readonly id: string; readonly name: string; readonly text: string }[];
}

/** Tells what the guest is shown of the agent, from now on. Returns the way to stop. */
export function watchGuest(guest: GuestSession, agentName: string, tell: (event: StageEvent) => void): () => void {
  const view = (): View => {
    const { agentTyping, typingNames, messages } = guest.snapshot();
    return {
      typing: agentTyping ? (typingNames[0] ?? agentName) : undefined,
      messages: messages
        .filter(({ from }) => from !== 'guest')
        .map(({ id, name = agentName, text }) => ({ id, name, text })),
    };
  };
  return watch('agent', view, (listener) => guest.subscribe(listener), tell);
}

/** Tells what the agent is shown of the guest in `conversation`, from now on. Returns the way to stop. */
export function watchAgent(conversation: AgentConversation, tell: (event: StageEvent) => void): () => void {
  const view = (): View => {
    const { guestTyping, guestName = 'Guest', messages } = conversation.snapshot();
    return {
      typing: guestTyping ? guestName : undefined,
      messages: messages.filter(({ from }) => from === 'guest').map(({ id, text }) => ({ id, name: guestName, text })),
    };
  };
  return watch('guest', view, (listener) => conversation.subscribe(listener), tell);
}

/** Compares each snapshot with the one before. A message is told before the end of the typing that it ends. */
function watch(
  from: Side,
  view: () => View,
  subscribe: (listener: () => void) => () => void,
  tell: (event: StageEvent) => void,
): () => void {
  const told = new Set<string>();
  let typing: string | undefined;
  const look = () => {
    const now = view();
    for (const { id, name, text } of now.messages) {
      if (told.has(id)) continue;
      told.add(id);
      tell({ kind: 'message', from, name, text });
    }
    if (now.typing === typing) return;
    const name = now.typing ?? typing;
    typing = now.typing;
    if (name !== undefined) tell({ kind: 'typing', from, name, typing: now.typing !== undefined });
  };
  look();
  return subscribe(look);
}
