import type { FactId } from '@backchannel/protocol';
import { EmulatorError } from './emulator-error.ts';
import { nearestName } from './nearest-name.ts';

interface Switch<Value> {
  readonly fact: FactId;
  readonly default: Value;
  /** The values that it can take. */
  readonly values: readonly Value[];
}

const yesNo = (fact: FactId, value: boolean): Switch<boolean> => ({ fact, default: value, values: [true, false] });

/**
 * Everything that the emulator assumes about the platform and that a test may want the other way round, with the fact that
 * says what is known. A client that is right passes with every switch in either position.
 */
export const SWITCHES = {
  /** Agent typing, messages and user topics accept a client-credentials token. */
  clientCredentialsActAsAgent: yesNo('AGENT-CLIENT-CREDENTIALS', true),
  /** A user token speaks only through that user's own communication. */
  onlyOwnCommunication: yesNo('AGENT-OWN-COMMUNICATION', true),
  /** The other side receives the duration that was sent; otherwise 5,000. */
  honourTypingDuration: yesNo('GUEST-TYPING-DURATION-HONOURED', true),
  /** A guest receives an Inbound copy of its own typing. */
  copyTypingToGuest: yesNo('GUEST-TYPING-ECHO', false),
  /** Guest typing is answered 403 while the deployment's `showUserTypingIndicator` is off. */
  enforceUserTypingFlag: yesNo('GUEST-TYPING-403', true),
  /** Agent typing is dropped while the deployment's `showAgentTypingIndicator` is off. */
  enforceAgentTypingFlag: yesNo('AGENT-TYPING-FLAG', false),
  /** Typing before the first message opens a conversation. */
  typingOpensConversation: yesNo('GUEST-TYPING-NO-CONVERSATION', false),
  /** Every connection of a session receives the Inbound copy; otherwise only the sender. */
  copyToEveryConnection: yesNo('GUEST-ECHO-ALL-CONNECTIONS', true),
  /** Custom attributes of a guest's frame appear on the customer participant. */
  attributesOnCustomer: yesNo('GUEST-ATTRIBUTES-ON-CUSTOMER', true),
  /** An expiring session says so on its open connections; otherwise only in answer to the next frame. */
  announceSessionExpiry: yesNo('GUEST-SESSION-EXPIRY-UNASKED', true),
  /** SessionClearedEvent comes before the copy of Presence Clear; otherwise after it. */
  clearedBeforeCopy: yesNo('GUEST-CLEAR-ORDER', false),
  /** Field of ConnectionClosedEvent that says why. */
  closedReasonField: { fact: 'GUEST-CLOSED-REASON', default: 'reason', values: ['reason', 'reasonCode'] } as Switch<
    'reason' | 'reasonCode'
  >,
  /** What receipts, other presences, disconnectCustomer and resumeToken are answered with: a code, or nothing at all. */
  answerToUnserved: { fact: 'GUEST-NOT-SERVED', default: 4000, values: [4000, 400, 'silence'] } as Switch<
    4000 | 400 | 'silence'
  >,
  /** How GenerateUrlError comes: code 200 as `message`, or code 400 as `response`. */
  generateUrlErrorAs: {
    fact: 'GUEST-ATTACHMENT-ERRORS',
    default: 'message',
    values: ['message', 'response'],
  } as Switch<'message' | 'response'>,
  /** A new conversation is answered by the first agent at once; otherwise it waits in the queue. */
  routeToFirstAgent: yesNo('ROUTING-FIRST-AGENT', true),
  /** Agents answer what routing or a transfer gives them at once; otherwise it alerts until a PATCH with state connected. */
  agentsAnswerAtOnce: yesNo('ROUTING-ANSWERED-AT-ONCE', true),
  /** `pageSize` and `pageNumber` of the conversation list are honoured. */
  pageConversationList: yesNo('CONVERSATION-LIST-PAGES', false),
  /** A refresh token works once; otherwise it goes on working. */
  rotateRefreshTokens: yesNo('OAUTH-REFRESH-ROTATES', true),
  /** A topic of a user, queue, deployment or workflow that does not exist is refused; otherwise it is accepted and silent. */
  refuseUnknownTopics: yesNo('NOTIFY-UNKNOWN-TOPIC', true),
  /** Client credentials in the form body are accepted, beside Basic. */
  acceptFormCredentials: yesNo('OAUTH-FORM-CREDENTIALS', false),
  /** An inbound event of open messaging opens a conversation when there is none. */
  openEventOpensConversation: yesNo('OPEN-NEW-CONVERSATION', true),
  /** An inbound message of open messaging with the id and time of an earlier one is not added again. */
  ignoreRepeatedOpenMessages: yesNo('OPEN-MESSAGE-REPEATED', true),
  /** Webhooks are posted to other machines too; otherwise only to this one. */
  webhooksLeaveThisMachine: yesNo('OPEN-WEBHOOK-TARGET', false),
  /** Status of a failed client authentication. */
  clientAuthenticationFailure: { fact: 'OAUTH-ERROR-STATUS', default: 401, values: [401, 400] } as Switch<401 | 400>,
  /** Status of accepted agent typing. */
  agentTypingStatus: { fact: 'AGENT-TYPING-204', default: 204, values: [204, 200, 202] } as Switch<204 | 200 | 202>,
} as const;

/** Name of a switch in `SWITCHES`. */
export type SwitchName = keyof typeof SWITCHES;

/** Positions of all switches. */
export type Switches = {
  readonly [Name in SwitchName]: (typeof SWITCHES)[Name] extends Switch<infer Value> ? Value : never;
};

/** The defaults with the given switches moved. Throws `EmulatorError` (`option.invalid`) for a name or value that does not exist. */
export function resolveSwitches(given: Partial<Switches> = {}): Switches {
  const positions: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(SWITCHES)) positions[name] = each.default;
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(SWITCHES, name)) {
      const nearest = nearestName(name, Object.keys(SWITCHES));
      throw new EmulatorError(
        'option.invalid',
        `switches.${name} cannot be set: there is no such switch. ${nearest === undefined ? `Use one of ${Object.keys(SWITCHES).join(', ')}.` : `Did you mean "${nearest}"?`}`,
      );
    }
    const values: readonly unknown[] = SWITCHES[name as SwitchName].values;
    if (!values.includes(value)) {
      throw new EmulatorError(
        'option.invalid',
        `switches.${name} cannot be ${String(value)} (${typeof value}): use ${values.join(' or ')}.`,
      );
    }
    positions[name] = value;
  }
  return positions as Switches;
}
