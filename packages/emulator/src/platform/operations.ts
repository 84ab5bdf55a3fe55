import { AGENT_OPERATIONS } from './agent-operations.ts';
import { MESSAGE_OPERATIONS } from './message-operations.ts';
import { NOTIFICATION_OPERATIONS } from './notification-operations.ts';
import { OPEN_CONFIGURATION_OPERATIONS } from './open-configuration-operations.ts';
import { OPEN_INBOUND_OPERATIONS } from './open-inbound-operations.ts';
import type { Operation } from './operation.ts';
import { PARTICIPANT_OPERATIONS } from './participant-operations.ts';
import { TOKEN_OPERATIONS } from './token-operations.ts';
import { TOPIC_OPERATIONS } from './topic-operations.ts';

/** Every operation of the platform REST API that takes an access token and is served here. */
export const OPERATIONS: readonly Operation[] = [
  ...AGENT_OPERATIONS,
  ...MESSAGE_OPERATIONS,
  ...PARTICIPANT_OPERATIONS,
  ...NOTIFICATION_OPERATIONS,
  ...TOPIC_OPERATIONS,
  ...TOKEN_OPERATIONS,
  ...OPEN_INBOUND_OPERATIONS,
  ...OPEN_CONFIGURATION_OPERATIONS,
];
