import { TOPICS } from '@backchannel/protocol';
import type { State } from '../world/world-state.ts';

/** Whose id stands in a topic; `none`: it is of this channel, and comes without a subscription. */
type TopicSubject = 'user' | 'queue' | 'deployment' | 'workflow' | 'none';

/** A row of `GET /api/v2/notifications/availabletopics`. */
export interface TopicRow {
  readonly id: string;
  readonly description: string;
  readonly subject: TopicSubject;
}

const row = (subject: TopicSubject, id: string, description: string): TopicRow => ({ id, description, subject });

/** The topic that tells of messages that found no connection of their guest (documented, NOTIFY-UNDELIVERED). */
export const undeliveredTopic = (deploymentId: string): string =>
  `v2.webmessaging.deployments.${deploymentId}.undelivered.messages`;

/** All media of a user, or of a queue: the same changes in the form of `GET /api/v2/conversations/{id}` (documented, NOTIFY-ALL-MEDIA). */
export const userConversations = (userId: string): string => `v2.users.${userId}.conversations`;
export const queueConversations = (queueId: string): string => `v2.routing.queues.${queueId}.conversations`;

/**
 * Topics of messaging in the platform's mapping (documented, NOTIFY-TOPICS). Each of them really sends, or is refused: the
 * emulator runs no flows, so that no id of a workflow exists.
 */
export const TOPIC_ROWS: readonly TopicRow[] = [
  row('user', TOPICS.userTyping('{id}'), 'A customer types in a message conversation of the user.'),
  row('user', TOPICS.userMessages('{id}'), 'A message conversation of the user changed.'),
  row('user', userConversations('{id}'), 'A conversation of the user changed, whatever its media.'),
  row('queue', TOPICS.queueMessages('{id}'), 'A message conversation of the queue changed.'),
  row('queue', queueConversations('{id}'), 'A conversation of the queue changed, whatever its media.'),
  row(
    'workflow',
    'v2.workflows.{id}.conversations.inbound.typing.event',
    'A customer types in a conversation of the workflow. The emulator runs no flows: every id is unknown.',
  ),
  row('deployment', undeliveredTopic('{id}'), 'Messages that found no connection of the guest.'),
  row(
    'none',
    TOPICS.noLongerSubscribed('{id}'),
    'Another channel took the place of this one; comes without a subscription.',
  ),
  row('none', TOPICS.tokenRevoked('{id}'), 'The tokens of the owner were ended; comes without a subscription.'),
  row('none', TOPICS.socketClosing, 'The socket will be closed; comes without a subscription.'),
];

const PATTERNS = TOPIC_ROWS.filter(({ subject }) => subject !== 'none').map((topic) => ({
  ...topic,
  pattern: new RegExp(`^${topic.id.replaceAll('.', '\\.').replace('{id}', '([^.]+)')}$`),
}));

/** What a topic is about; `undefined` when it is none that can be subscribed to. */
export function topicNamed(topic: string): { readonly subject: TopicSubject; readonly id: string } | undefined {
  for (const { pattern, subject } of PATTERNS) {
    const id = pattern.exec(topic)?.[1];
    if (id !== undefined) return { subject, id };
  }
  return undefined;
}

/** Whether there is such a user, queue or deployment: on the topic of another nothing could ever come. */
export function isKnown(
  { subject, id }: { readonly subject: TopicSubject; readonly id: string },
  { agents, queueId, deployment }: Pick<State, 'agents' | 'queueId' | 'deployment'>,
): boolean {
  if (subject === 'user') return agents.some((agent) => agent.id === id);
  if (subject === 'queue') return id === queueId;
  return subject === 'deployment' && id === deployment.id;
}
