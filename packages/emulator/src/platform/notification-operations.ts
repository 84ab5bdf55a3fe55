import { explainProblem, NOTIFICATION_CHANNELS_PATH, parseSubscriptionRequest } from '@backchannel/protocol';
import { noteOf } from '../limit-note.ts';
import { isKnown, topicNamed } from '../notifications/topics.ts';
import type { ChannelOwner, NotificationChannel } from '../world/notification-channels.ts';
import type { Call, Operation } from './operation.ts';
import { PlatformRefusal } from './platform-refusal.ts';

interface TopicVerdict {
  readonly id: string;
  readonly refused?: 'invalid' | 'unknown' | 'not-yours' | undefined;
}

/** Channels are counted per user and application, or per application for a token without a user. */
const ownerOf = ({ token }: Call): ChannelOwner => ({ clientId: token.clientId, userId: token.agent?.id });

function channelOf(call: Call): NotificationChannel {
  const channel = call.world.state.channels.findOf(ownerOf(call), call.params.channelId ?? '');
  if (channel === undefined) throw new PlatformRefusal('not.found');
  return channel;
}

const channelView = (channel: NotificationChannel, { host, world }: Call) => ({
  id: channel.id,
  connectUri: `ws://${host}/channels/${channel.id}`,
  expires: world.timeline.iso(channel.expiresAtMs),
});

const topicView = (channel: NotificationChannel, id: string) => ({
  id,
  state: 'Permitted',
  selfUri: `${NOTIFICATION_CHANNELS_PATH}/${channel.id}/subscriptions/${encodeURIComponent(id)}`,
});

const topicsView = (channel: NotificationChannel) => ({
  entities: [...channel.topics].map((id) => topicView(channel, id)),
});

function judge(id: string, { token, world }: Call): TopicVerdict {
  const topic = topicNamed(id);
  if (topic === undefined) return { id, refused: 'invalid' };
  if (!isKnown(topic, world.state) && world.switches.refuseUnknownTopics) return { id, refused: 'unknown' };
  if (topic.subject !== 'user') return { id };
  // A user listens to itself alone (assumed, NOTIFY-OWN-TOPICS); a client as far as it may act as an agent.
  const allowed = token.agent === undefined ? world.switches.clientCredentialsActAsAgent : token.agent.id === topic.id;
  return allowed ? { id } : { id, refused: 'not-yours' };
}

function isKnownTopic(id: string, { world }: Call): boolean {
  const topic = topicNamed(id);
  return topic !== undefined && isKnown(topic, world.state);
}

const REJECTIONS = {
  invalid: 'The topic is not valid.',
  unknown: 'The topic is not valid.',
  'not-yours': 'The topic is of another user.',
} as const;

function refusalOf(id: string, why: keyof typeof REJECTIONS): PlatformRefusal {
  if (why === 'not-yours')
    return new PlatformRefusal('not.authorized', {
      note: `${id} is the topic of another user (assumed, NOTIFY-OWN-TOPICS).`,
    });
  const note =
    why === 'invalid'
      ? 'Topics of messaging are v2.users.{id}.conversations.messages and v2.users.{id}.conversations.inbound.typing.event; GET /api/v2/notifications/availabletopics lists all.'
      : `Nothing here has the id of ${id}: nothing could ever come on it (assumed, NOTIFY-UNKNOWN-TOPIC; switch refuseUnknownTopics).`;
  return new PlatformRefusal('notification.invalid.topic', { values: [id.slice(0, 100)], note });
}

/** `POST` adds, `PUT` replaces; one refused topic fails the request unless `ignoreErrors` (documented, NOTIFY-SUBSCRIPTIONS). */
function subscribe(call: Call, kept: ReadonlySet<string>) {
  const channel = channelOf(call);
  const request = parseSubscriptionRequest(call.body);
  if (!request.ok)
    throw new PlatformRefusal('bad.request', {
      note: `${explainProblem(request.problem)}. The body is a list: [{"id":"v2.users.…"}].`,
    });
  const topicsMax = call.world.limits.of('topicsPerChannel');
  const topics = new Set([...kept, ...request.value]);
  if (topics.size > topicsMax) {
    throw new PlatformRefusal('notification.subscription.too.many.subscriptions', {
      values: [String(topicsMax)],
      note: noteOf('topicsPerChannel'),
    });
  }
  const verdicts = request.value.map((id) => judge(id, call));
  const refused = verdicts.filter((each) => each.refused !== undefined);
  const [first] = refused;
  if (first?.refused !== undefined && call.query.get('ignoreErrors') !== 'true') {
    throw refusalOf(first.id, first.refused);
  }
  for (const { id } of refused) topics.delete(id);
  call.world.state.channels.subscribe(channel, topics);
  const entities = verdicts.map(({ id, refused: why }) =>
    why === undefined
      ? topicView(channel, id)
      : {
          ...topicView(channel, id),
          state: 'Rejected',
          rejectionReason: REJECTIONS[why],
        },
  );
  const silent = request.value.filter((id) => topics.has(id) && !isKnownTopic(id, call));
  const note =
    silent.length === 0
      ? undefined
      : `Nothing will come on ${silent.join(', ').slice(0, 300)}: nothing here has that id (switch refuseUnknownTopics).`;
  return { status: 200, body: { entities }, note };
}

const SUBSCRIPTIONS = `${NOTIFICATION_CHANNELS_PATH}/{channelId}/subscriptions`;

/** The notification channels. No permission stands on them: topics carry their own (documented, NOTIFY-CHANNEL). */
export const NOTIFICATION_OPERATIONS: readonly Operation[] = [
  {
    id: 'postNotificationsChannels',
    method: 'POST',
    path: NOTIFICATION_CHANNELS_PATH,
    permissions: [],
    run(call) {
      const { channel, removed } = call.world.state.channels.create(
        ownerOf(call),
        call.token.text,
        call.world.limits.of('channelsPerUser'),
      );
      if (removed !== undefined) call.notifications.channelRemoved(removed, 'no_longer_subscribed');
      const note =
        removed === undefined
          ? undefined
          : `The channel ${removed.id} was removed for this one. ${noteOf('channelsPerUser')}`;
      return { status: 200, body: channelView(channel, call), note };
    },
  },
  {
    id: 'getNotificationsChannels',
    method: 'GET',
    path: NOTIFICATION_CHANNELS_PATH,
    permissions: [],
    run(call) {
      const own = call.world.state.channels.listOf(ownerOf(call));
      // By default those of this token; those of the user's other tokens are shown to exist, without their ids (documented).
      const all = call.query.get('includechannels') === 'oauthclient';
      const entities = own.flatMap((each) => {
        if (each.tokenText === call.token.text) return [channelView(each, call)];
        return all ? [{ expires: call.world.timeline.iso(each.expiresAtMs) }] : [];
      });
      return { status: 200, body: { entities } };
    },
  },
  {
    id: 'headNotificationsChannel',
    method: 'HEAD',
    path: `${NOTIFICATION_CHANNELS_PATH}/{channelId}`,
    permissions: [],
    run(call) {
      channelOf(call);
      return { status: 200 };
    },
  },
  {
    id: 'getNotificationsChannelSubscriptions',
    method: 'GET',
    path: SUBSCRIPTIONS,
    permissions: [],
    run: (call) => ({ status: 200, body: topicsView(channelOf(call)) }),
  },
  {
    id: 'postNotificationsChannelSubscriptions',
    method: 'POST',
    path: SUBSCRIPTIONS,
    permissions: [],
    run: (call) => subscribe(call, channelOf(call).topics),
  },
  {
    id: 'putNotificationsChannelSubscriptions',
    method: 'PUT',
    path: SUBSCRIPTIONS,
    permissions: [],
    run: (call) => subscribe(call, new Set()),
  },
  {
    id: 'deleteNotificationsChannelSubscriptions',
    method: 'DELETE',
    path: SUBSCRIPTIONS,
    permissions: [],
    run(call) {
      call.world.state.channels.subscribe(channelOf(call), []);
      return { status: 204 };
    },
  },
];
