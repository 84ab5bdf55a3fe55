import type { Routes } from '../http/context.ts';
import { guestEvents } from './f01-guest-events.ts';
import { guestTyping } from './f02-guest-typing.ts';
import { conversationEvents } from './f03-conversation-events.ts';
import { session } from './f04-session.ts';
import { sessionTyping } from './f05-session-typing.ts';
import { typingIndicator } from './f06-typing-indicator.ts';
import { guestSocket } from './f08-guest-socket.ts';
import { guests } from './f08-guests.ts';
import { participantState } from './f09-participant-state.ts';
import { eventSocket } from './f10-event-socket.ts';
import { typingFlag } from './f11-typing-flag.ts';
import { messageRead } from './f12-message-read.ts';
import { participantTyping } from './f13-participant-typing.ts';
import { agentMessages } from './f16-agent-messages.ts';
import { conversation } from './f17-conversation.ts';
import { agentCalls } from './f18-agent-calls.ts';
import { passThrough } from './f18-pass-through.ts';

/** One file each. F7 is every path's answer to a wrong verb, F14 the token route, and F15 the scopes it takes. What is passed through comes first, to see the others. */
const REPORTS: readonly Routes[] = [
  passThrough,
  guestEvents,
  guestTyping,
  conversationEvents,
  session,
  sessionTyping,
  typingIndicator,
  guests,
  guestSocket,
  participantState,
  eventSocket,
  typingFlag,
  messageRead,
  participantTyping,
  agentMessages,
  conversation,
  agentCalls,
];

/**
 * The calls that integrators already make, after documents that contradict one another and the platform. Each is thin: it reads
 * the request as its author wrote it, and gives the relay the same command as `/v1` does.
 */
export const fieldReportRoutes: Routes = (app, context) => {
  for (const report of REPORTS) report(app, context);
};
