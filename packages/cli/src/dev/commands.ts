import type { EmulatorInfo } from '@backchannel/emulator';

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
