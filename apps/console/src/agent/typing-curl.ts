interface TypingCurl {
  readonly emulatorUrl: string;
  readonly token: string;
  readonly conversationId: string;
  readonly communicationId: string;
  readonly durationMs: number;
}

/** A shell line that makes the agent type in this conversation, with the call that Genesys Cloud has for it. */
export function typingCurl({ emulatorUrl, token, conversationId, communicationId, durationMs }: TypingCurl): string {
  const path = `/api/v2/conversations/messages/${conversationId}/communications/${communicationId}/typing`;
  const body = JSON.stringify({ typing: { type: 'On', duration: durationMs } });
  return [
    `curl -X POST '${emulatorUrl}${path}'`,
    `-H 'Authorization: Bearer ${token}'`,
    `-H 'Content-Type: application/json'`,
    `-d '${body}'`,
  ].join(' \\\n  ');
}
