import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotificationHub, type Subscriber } from '../src/agent/notification-hub.ts';
import { PlatformApi } from '../src/agent/platform-api.ts';
import { fixedToken } from '../src/agent/token-source.ts';
import { RequestLine } from '../src/core/request-line.ts';
import { SharedArbiter } from '../src/typing/shared-arbiter.ts';
import { settle } from './support/fake-clock.ts';
import { FakePorts, type FakeRequest } from './support/fake-ports.ts';
import type { ScriptedSocket } from './support/scripted-socket.ts';

const USERS = 8;
/** The platform knows no such user. */
const STRANGER = USERS - 1;

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('join' as const), user: fc.nat(USERS - 1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('leave' as const), user: fc.nat(USERS - 1) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'drop' as const,
        'forgetChannels' as const,
        'announceClosing' as const,
        'refuseNextSocket' as const,
        'refuseNextRequest' as const,
        'settle' as const,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      durationMs: fc.constantFrom(100, 1_000, 20_000, 120_000),
    }),
  },
);

/** The platform's side of notifications: channels with topics, and their sockets. */
class Channels {
  readonly ports = new FakePorts((request) => this.#answer(request));
  readonly topicsOf = new Map<string, Set<string>>();
  refusesNextSocket = false;
  refusesNextRequest = false;
  #made = 0;

  constructor() {
    this.ports.onsocket = (socket) => queueMicrotask(() => this.#connect(socket));
  }

  get open(): ScriptedSocket[] {
    return this.ports.sockets.filter(({ readyState }) => readyState === 1);
  }

  tell(topic: string): void {
    const typing = { conversationId: 'c-1', normalizedMessage: { events: [] } };
    for (const socket of this.open) {
      if (this.#topicsAt(socket)?.has(topic)) socket.frame({ topicName: topic, eventBody: typing });
    }
  }

  #topicsAt({ url }: ScriptedSocket): Set<string> | undefined {
    return this.topicsOf.get(url.split('/').at(-1) ?? '');
  }

  #connect(socket: ScriptedSocket): void {
    if (socket.readyState !== 0) return;
    if (this.refusesNextSocket || !this.#topicsAt(socket)) {
      this.refusesNextSocket = false;
      socket.refuse(503);
      return;
    }
    socket.onsent = () => queueMicrotask(() => socket.frame({ topicName: 'channel.metadata', eventBody: {} }));
    socket.open();
  }

  #answer({ method, path, body }: FakeRequest) {
    if (this.refusesNextRequest) {
      this.refusesNextRequest = false;
      return { status: 500 };
    }
    const [, , , , , channelId] = path.split('/');
    if (channelId === undefined) {
      const id = `channel-${++this.#made}`;
      this.topicsOf.set(id, new Set());
      return { body: { id, connectUri: `ws://test.invalid/${id}` } };
    }
    const topics = this.topicsOf.get(channelId);
    if (!topics) return { status: 404, body: { message: 'Not found.', code: 'not.found', status: 404 } };
    if (method === 'PUT') topics.clear();
    const entities = (JSON.parse(body) as { id: string }[]).map(({ id }) => {
      if (id === topicOf(STRANGER)) return { id, state: 'Rejected', rejectionReason: 'unknown' };
      topics.add(id);
      return { id, state: 'Permitted' };
    });
    return { body: { entities } };
  }
}

const topicOf = (user: number) => `v2.users.user-${user}.conversations.inbound.typing.event`;

/** All of them listen to this one. */
const SHARED = 'v2.users.everybody.conversations.inbound.typing.event';

describe('the notification channels of one token, in any trouble', () => {
  it('let everybody who has joined hear what is theirs, once, and nobody else, and leave nothing behind', async () => {
    const example = async (steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) => {
      const channels = new Channels();
      const { ports } = channels;
      const budgets = ['token', 'reads'].map((id) => ({ id, limit: 10_000, windowMs: 1, messageReserve: 0 }));
      const shared = new SharedArbiter({ budgets, clock: ports.clock });
      const line = new RequestLine(shared, ports.clock);
      const api = new PlatformApi({ api: 'http://test.invalid', tokens: fixedToken('good'), ports, line, shared });
      const hub = new NotificationHub({ api, ports });
      const members = new Map<
        number,
        { readonly subscriber: Subscriber; joined: boolean; live: boolean; heard: number }
      >();
      const join = (user: number) => {
        if (members.has(user)) return;
        const out = () => members.get(user) === member && members.delete(user);
        const subscriber: Subscriber = {
          topics: [topicOf(user), SHARED],
          frame: () => {
            member.heard += 1;
          },
          unreadable: (reason) => expect.fail(reason),
          opened: () => {
            expect(members.get(user), 'opened after the end').toBe(member);
            member.live = true;
          },
          waiting: () => {
            expect(members.get(user), 'waiting after the end').toBe(member);
            member.live = false;
          },
          ended: out,
        };
        const member = { subscriber, joined: false, live: false, heard: 0 };
        members.set(user, member);
        void hub.join(subscriber).then(({ outcome }) => {
          if (outcome === 'sent') member.joined = true;
          else out();
        });
      };

      for (const each of steps) {
        if (each.kind === 'join') join(each.user);
        else if (each.kind === 'leave') {
          const member = members.get(each.user);
          members.delete(each.user);
          if (member) hub.leave(member.subscriber);
        } else if (each.kind === 'drop') for (const socket of channels.open) socket.drop();
        else if (each.kind === 'forgetChannels') {
          channels.topicsOf.clear();
          for (const socket of channels.open) socket.drop(1008);
        } else if (each.kind === 'announceClosing') {
          for (const socket of channels.open) socket.frame({ topicName: 'v2.system.socket_closing', eventBody: {} });
        } else if (each.kind === 'refuseNextSocket') channels.refusesNextSocket = true;
        else if (each.kind === 'refuseNextRequest') channels.refusesNextRequest = true;
        else if (each.kind === 'pass') await ports.clock.advance(each.durationMs);
        else await settle();
      }
      channels.refusesNextRequest = false;
      channels.refusesNextSocket = false;
      await ports.clock.advance(600_000);

      for (const member of members.values()) member.heard = 0;
      for (let user = 0; user < USERS; user++) channels.tell(topicOf(user));
      channels.tell(SHARED);
      expect([...members].filter(([, { joined, live, heard }]) => !joined || !live || heard !== 2)).toEqual([]);
      expect(members.has(STRANGER)).toBe(false);
      expect(channels.open.length).toBe(members.size > 0 ? 1 : 0);
      hub.close('The example is over.');
      await settle();
      expect(members.size).toBe(0);
      expect([ports.clock.pending, channels.open.length]).toEqual([0, 0]);
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), example), { numRuns: 300 });
  }, 60_000);
});
