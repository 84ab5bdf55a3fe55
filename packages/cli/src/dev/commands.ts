import type { EmulatorInfo } from '@backchannel/emulator';
import { DEMO_CLIENT } from './demo-client.ts';

/** How long one typing call of the agent is shown, in milliseconds: long enough to look up from the keyboard. */
const SHOWN_MS = 6_000;

/** Ready to be pasted into a POSIX shell; in a terminal of 80 columns no line wraps. */
export interface ControlCommands {
  /** The emulator's record: participants, transcript, typing. */
  readonly conversations: string;
  /** Every frame and request, live, until Ctrl-C. */
  readonly journal: string;
}

export interface Commands extends ControlCommands {
  /** The agent types into the conversation that the robots held. */
  readonly agentTyping: string;
}

export const controlCommands = ({ baseUrl }: EmulatorInfo): ControlCommands => ({
  conversations: `curl ${baseUrl}/_emulator/conversations`,
  journal: `curl -N ${baseUrl}/_emulator/journal/stream`,
});

export function commandsFor(
  info: EmulatorInfo,
  { conversationId, communicationId }: { readonly conversationId: string; readonly communicationId: string },
): Commands {
  return {
    agentTyping: [
      `MESSAGES=${info.baseUrl}/api/v2/conversations/messages`,
      `CONVERSATION=${conversationId}`,
      `COMMUNICATION=${communicationId}`,
      `TOKEN=${info.agents[0]?.token ?? ''}`,
      'curl "$MESSAGES/$CONVERSATION/communications/$COMMUNICATION/typing" \\',
      '  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\',
      `  -d '{"typing":{"type":"On","duration":${SHOWN_MS}}}'`,
    ].join('\n'),
    ...controlCommands(info),
  };
}

/** The integrator's own name of a conversation that the relay makes when it is first used. */
const CONVERSATION = 'order-7';

/** Calls that people make already, now to the relay. They go into one terminal, one after the other. */
export interface RelayCommands {
  /** Gets a token; the others use it. */
  readonly token: string;
  /** The guest types: field report F1. */
  readonly typing: string;
  /** The guest writes: F1. */
  readonly message: string;
  /** The agent answers: F16. */
  readonly answer: string;
  /** What became of each, and why. */
  readonly explain: string;
}

/** The relay takes JSON whatever the content type says, so the lines stay short. */
export function relayCommands(relayUrl: string): RelayCommands {
  const f1 = (body: object) =>
    `curl "$RELAY/api/v2/webmessaging/guests/conversations/${CONVERSATION}/events" \\\n  -H "$AUTH" -w '\\n' -d '${JSON.stringify(body)}'`;
  return {
    token: [
      `RELAY=${relayUrl}`,
      `TOKEN=$(curl -s -u ${DEMO_CLIENT.id}:${DEMO_CLIENT.secret} "$RELAY/oauth/token" \\`,
      `  -d grant_type=client_credentials | sed 's/.*"access_token":"//; s/".*//')`,
      'AUTH="Authorization: Bearer $TOKEN"',
    ].join('\n'),
    typing: f1({ eventType: 'typing' }),
    message: f1({ eventType: 'message', text: 'Where is my order?' }),
    answer: [
      'curl "$RELAY/api/v2/conversations/messaging/messages" -H "$AUTH" \\',
      `  -w '\\n' -d '${JSON.stringify({ conversationId: CONVERSATION, text: 'On its way.' })}'`,
    ].join('\n'),
    explain: `curl "$RELAY/v1/conversations/${CONVERSATION}/explain" -H "$AUTH" -w '\\n'`,
  };
}
