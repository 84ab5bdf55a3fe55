import type { FactId } from '@backchannel/protocol';

/**
 * What somebody who takes a wrong way wants, and the call that does it. `example` can be copied as it stands: a frame is one
 * line of JSON for the guest socket, a curl line goes into a shell where `TOKEN` holds an access token. What stands in
 * braces is filled in: `{url}`, `{socket}`, `{deploymentId}`, `{token}` (the guest's), `{conversationId}`,
 * `{communicationId}`, `{clientId}`, `{clientSecret}`.
 */
export interface RealCall {
  readonly says: string;
  readonly example: string;
  readonly kind: 'frame' | 'curl';
  readonly facts: readonly FactId[];
}

const call = (kind: RealCall['kind'], says: string, example: string, ...facts: FactId[]): RealCall => ({
  says,
  example,
  kind,
  facts,
});

const AGENT = '{url}/api/v2/conversations/messages/{conversationId}/communications/{communicationId}';
const AUTHORIZED = '-H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json"';

export const REAL_CALLS = {
  guestSession: call(
    'frame',
    'A guest is a WebSocket to {socket} and no REST resource: its first frame names a token that the client makes up.',
    '{"action":"configureSession","deploymentId":"{deploymentId}","token":"{token}"}',
    'GUEST-TOKEN',
    'GUEST-ACTIONS',
  ),
  guestTyping: call(
    'frame',
    'Guest typing is a frame on the guest socket {socket}, after configureSession; On only, it ends by itself.',
    '{"action":"onMessage","token":"{token}","message":{"type":"Event","events":[{"eventType":"Typing","typing":{"type":"On","duration":5000}}]}}',
    'GUEST-ACTIONS',
    'GUEST-TYPING-ON-ONLY',
  ),
  guestMessage: call(
    'frame',
    'A guest writes by a frame on the guest socket {socket}, after configureSession.',
    '{"action":"onMessage","token":"{token}","message":{"type":"Text","text":"Hello"}}',
    'GUEST-ACTIONS',
    'GUEST-ECHO',
  ),
  guestHistory: call(
    'frame',
    'A guest reads its messages at GET {url}/api/v2/webmessaging/messages, with the JWT that this frame is answered with as bearer.',
    '{"action":"getJwt","token":"{token}"}',
    'GUEST-HISTORY',
  ),
  agentTyping: call(
    'curl',
    "Agent typing is a POST on the agent's communication; On only, it ends by itself.",
    `curl ${AUTHORIZED} -d '{"typing":{"type":"On","duration":5000}}' ${AGENT}/typing`,
    'AGENT-TYPING',
    'AGENT-TYPING-ON-ONLY',
  ),
  agentMessage: call(
    'curl',
    "An agent writes by a POST on the agent's communication.",
    `curl ${AUTHORIZED} -d '{"textBody":"Hello"}' ${AGENT}/messages`,
    'AGENT-MESSAGE',
  ),
  noReceipt: call(
    'curl',
    'No guest and no agent can submit a read receipt on Genesys. What is known of a message is its messageStatus in the conversation:',
    `curl ${AUTHORIZED} {url}/api/v2/conversations/messages/{conversationId}`,
    'GUEST-ACTIONS',
    'CONVERSATION-GET',
  ),
  events: call(
    'curl',
    'Events come on the connectUri of a notification channel (for applications of agents) or on the guest socket {socket} (for guests).',
    `curl ${AUTHORIZED} -X POST {url}/api/v2/notifications/channels`,
    'NOTIFY-CHANNEL',
    'NOTIFY-TOPICS',
  ),
  conversation: call(
    'curl',
    'A conversation, its participants and their state are read here; a guest never learns its id.',
    `curl ${AUTHORIZED} {url}/api/v2/conversations/{conversationId}`,
    'CONVERSATION-GET',
    'CONVERSATION-LEGS',
  ),
  token: call(
    'curl',
    'A token comes from the login host (login.{region}, not api.{region}; here both are one), without /api/v2, with the client as Basic.',
    "curl -u {clientId}:{clientSecret} -d 'grant_type=client_credentials' {url}/oauth/token",
    'OAUTH-TOKEN',
  ),
  permissions: call(
    'curl',
    'There is no such scope. A client needs no scope but a role with permissions (conversation:message:create, conversation:webmessaging:create); guests need no OAuth at all.',
    "curl -u {clientId}:{clientSecret} -d 'grant_type=client_credentials' {url}/oauth/token",
    'OAUTH-TOKEN',
  ),
} as const satisfies Record<string, RealCall>;

export type RealCallName = keyof typeof REAL_CALLS;
