import type { Operation } from './operation.ts';

interface AvailableTopic {
  readonly id: string;
  readonly description: string;
  readonly topicParameters: readonly string[];
  readonly requiresCurrentUser: boolean;
}

/** Topics of messaging in the platform's mapping (documented, NOTIFY-TOPICS); what they require is assumed (NOTIFY-AVAILABLE-TOPICS-VALUES). */
const TOPICS: readonly AvailableTopic[] = [
  {
    id: 'v2.users.{id}.conversations.inbound.typing.event',
    description: 'A customer types in a message conversation of the user.',
    topicParameters: ['id'],
    requiresCurrentUser: true,
  },
  {
    id: 'v2.users.{id}.conversations.messages',
    description: 'A message conversation of the user changed.',
    topicParameters: ['id'],
    requiresCurrentUser: true,
  },
  {
    id: 'v2.users.{id}.conversations',
    description: 'A conversation of the user changed. Accepted; nothing is sent on it here.',
    topicParameters: ['id'],
    requiresCurrentUser: true,
  },
  {
    id: 'v2.routing.queues.{id}.conversations.messages',
    description: 'A message conversation of the queue changed.',
    topicParameters: ['id'],
    requiresCurrentUser: false,
  },
  {
    id: 'v2.routing.queues.{id}.conversations',
    description: 'A conversation of the queue changed. Accepted; nothing is sent on it here.',
    topicParameters: ['id'],
    requiresCurrentUser: false,
  },
  {
    id: 'v2.workflows.{id}.conversations.inbound.typing.event',
    description: 'A customer types in a conversation of the workflow. Accepted; nothing is sent on it here.',
    topicParameters: ['id'],
    requiresCurrentUser: false,
  },
  {
    id: 'v2.webmessaging.deployments.{id}.undelivered.messages',
    description: 'Messages that did not reach a guest. Accepted; nothing is sent on it here.',
    topicParameters: ['id'],
    requiresCurrentUser: false,
  },
  {
    id: 'v2.system.no_longer_subscribed.{id}',
    description: 'Another channel took the place of this one; comes without a subscription.',
    topicParameters: ['id'],
    requiresCurrentUser: false,
  },
  {
    id: 'v2.system.token_revoked.{id}',
    description: 'The tokens of the owner were ended; comes without a subscription.',
    topicParameters: ['id'],
    requiresCurrentUser: false,
  },
  {
    id: 'v2.system.socket_closing',
    description: 'The socket will be closed; comes without a subscription.',
    topicParameters: [],
    requiresCurrentUser: false,
  },
];

/** Fields that are listed only when they are asked for by `expand`, as the SDK's parameter says. */
const EXPANDED = {
  description: ({ description }: AvailableTopic) => description,
  requiresPermissions: () => [],
  requiresCurrentUser: ({ requiresCurrentUser }: AvailableTopic) => requiresCurrentUser,
  requiresCurrentUserOrPermission: () => false,
  topicParameters: ({ topicParameters }: AvailableTopic) => topicParameters,
  transports: () => ['Websocket'],
  visibility: () => 'Public',
  enforced: () => true,
} as const;

export const TOPIC_OPERATIONS: readonly Operation[] = [
  {
    id: 'getNotificationsAvailabletopics',
    method: 'GET',
    path: '/api/v2/notifications/availabletopics',
    permissions: [],
    run({ query }) {
      const asked = query.getAll('expand').flatMap((each) => each.split(','));
      const fields = Object.entries(EXPANDED).filter(([name]) => name === 'description' || asked.includes(name));
      const entities = TOPICS.map((topic) => ({
        id: topic.id,
        ...Object.fromEntries(fields.map(([name, read]) => [name, read(topic)])),
      }));
      return { status: 200, body: { entities } };
    },
  },
];
