import { TOPIC_ROWS, type TopicRow } from '../notifications/topics.ts';
import type { Operation } from './operation.ts';

/** Fields that are listed only when they are asked for by `expand`, as the SDK's parameter says. What stands in them is assumed (NOTIFY-AVAILABLE-TOPICS-VALUES). */
const EXPANDED = {
  description: ({ description }: TopicRow) => description,
  requiresPermissions: () => [],
  requiresCurrentUser: ({ subject }: TopicRow) => subject === 'user',
  requiresCurrentUserOrPermission: () => false,
  topicParameters: ({ id }: TopicRow) => (id.includes('{id}') ? ['id'] : []),
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
      const entities = TOPIC_ROWS.map((topic) => ({
        id: topic.id,
        ...Object.fromEntries(fields.map(([name, read]) => [name, read(topic)])),
      }));
      return { status: 200, body: { entities } };
    },
  },
];
