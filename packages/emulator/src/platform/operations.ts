import { AGENT_OPERATIONS } from './agent-operations.ts';
import { NOTIFICATION_OPERATIONS } from './notification-operations.ts';
import type { Operation } from './operation.ts';

/** Every operation of the platform REST API that takes an access token and is served here. */
export const OPERATIONS: readonly Operation[] = [...AGENT_OPERATIONS, ...NOTIFICATION_OPERATIONS];
