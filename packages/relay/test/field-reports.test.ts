// Real time, real sockets: each call as people write it, on a real relay, and what the emulator of Genesys saw of it.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, type Field, PATIENCE, startField } from './support/field.ts';

vi.setConfig({ testTimeout: 30_000 });

let field: Field;
beforeAll(async () => {
  field = await startField();
});
afterAll(() => field.close());
afterEach(() => expect(field.genesys.refused()).toEqual([]));

type Conversation = Awaited<ReturnType<Field['conversation']>>;

/** Calls that show typing of one side to the other. */
const TYPING: Readonly<
  Record<string, { from: 'guest' | 'agent'; status: number; call: (conversation: Conversation) => Promise<Answer> }>
> = {
  'F1 with everything in the body': {
    from: 'guest',
    status: 202,
    call: ({ id }) =>
      field.call('POST', `/api/v2/webmessaging/guests/conversations/${id}/events`, {
        eventType: 'typing',
        conversationId: id,
        userId: 'somebody',
      }),
  },
  'F2 without a body': {
    from: 'guest',
    status: 202,
    call: ({ id }) => field.call('POST', `/api/v2/webmessaging/guests/conversations/${id}/typing`),
  },
  'F2 with an empty object': {
    from: 'guest',
    status: 202,
    call: ({ id }) => field.call('POST', `/api/v2/webmessaging/guests/conversations/${id}/typing`, {}),
  },
  'F2 with an empty body of a JSON type': {
    from: 'guest',
    status: 202,
    call: ({ id }) => field.call('POST', `/api/v2/webmessaging/guests/conversations/${id}/typing`, ''),
  },
  'F3 typing': {
    from: 'guest',
    status: 202,
    call: ({ id }) =>
      field.call('POST', `/api/v2/conversations/messaging/conversations/${id}/events`, { type: 'typing' }),
  },
  'F5 typing': {
    from: 'guest',
    status: 202,
    call: ({ id }) =>
      field.call('POST', '/api/v2/messaging/guests/my-guest/typing', {
        sessionId: id,
        guestId: 'my-guest',
        type: 'typing',
        duration: 4_000,
      }),
  },
  'F6 with an empty content': {
    from: 'guest',
    status: 200,
    call: ({ id }) =>
      field.call('POST', '/api/v2/webmessaging/guests/messages', {
        channelId: id,
        type: 'text',
        content: '',
        typingIndicator: true,
      }),
  },
  'F9 of the guest': {
    from: 'guest',
    status: 202,
    call: ({ id, guest }) =>
      field.call('POST', `/api/v2/conversations/${id}/participants/${guest.id}`, {
        routing: { priority: 0 },
        state: 'typing',
      }),
  },
  'F9 of the agent': {
    from: 'agent',
    status: 202,
    call: ({ id, agent }) =>
      field.call('POST', `/api/v2/conversations/${id}/participants/${agent.id}`, {
        routing: { priority: 0 },
        state: 'typing',
      }),
  },
  'F11 true': {
    from: 'guest',
    status: 202,
    call: ({ id }) =>
      field.call('POST', `/api/v2/conversations/messaging/conversations/${id}/typing`, { typing: true }),
  },
  'F13 of the guest, whose text is not used': {
    from: 'guest',
    status: 202,
    call: ({ id, guest }) =>
      field.call('POST', '/api/v2/conversations/messaging/typing', {
        conversationId: id,
        participantId: guest.id,
        text: 'a secret',
      }),
  },
  'F13 of the agent': {
    from: 'agent',
    status: 202,
    call: ({ id, agent }) =>
      field.call('POST', '/api/v2/conversations/messaging/typing', { conversationId: id, participantId: agent.id }),
  },
  'F18 by Genesys’s own path': {
    from: 'agent',
    status: 204,
    call: ({ genesysId, agent }) =>
      field.call('POST', `/api/v2/conversations/messages/${genesysId}/communications/${agent.messages[0].id}/typing`, {
        typing: { type: 'On', duration: 5_000 },
      }),
  },
};

describe('typing', () => {
  it.each(Object.entries(TYPING))(
    '%s is seen by the other side, and leaves nothing behind',
    async (_, { from, status, call }) => {
      const conversation = await field.conversation(randomUUID());
      const answer = await call(conversation);
      expect(answer.status, JSON.stringify(answer.body)).toBe(status);
      await vi.waitFor(
        async () => expect((await field.seen(conversation.id)).typing).toMatchObject([{ from }]),
        PATIENCE,
      );
      expect((await field.seen(conversation.id)).transcript).toEqual([]);
    },
  );
});

const messageEvents = async (id: string): Promise<string> => {
  const { body } = await field.call('POST', '/api/v2/conversations/messaging/messages', {
    conversationId: id,
    text: 'Hi',
  });
  await field.relay.relay.delivered(body.id, 10_000);
  return body.id;
};

/** Where a reader stands, by `/v1`. */
const seenUpTo = async (id: string, reader: string): Promise<number> => {
  const { body } = await field.call('GET', `/v1/conversations/${id}`);
  type Mark = { participant: string; watermark: string; upTo: number };
  return body.watermarks.find((mark: Mark) => mark.participant === reader && mark.watermark === 'seen')?.upTo ?? 0;
};

describe('what is wrong in a call', () => {
  const uuid = '5b8f3a52-6f0e-4f43-9d2c-0a2a4a6b8c10';
  const F5 = '/api/v2/messaging/guests/g1/typing';
  const f5 = { sessionId: uuid, guestId: 'g1', type: 'typing' };
  it.each([
    [
      'F1 another id in the body',
      'POST',
      '/api/v2/webmessaging/guests/conversations/c1/events',
      { eventType: 'typing', conversationId: 'c2' },
      'conversationId',
      /"c1"; it was "c2"/,
    ],
    [
      'F1 an unknown event',
      'POST',
      '/api/v2/webmessaging/guests/conversations/c1/events',
      { eventType: 'tpying' },
      'eventType',
      /"typing"\|"read"\|"read-receipt"\|"message"; it was "tpying"/,
    ],
    [
      'F1 a message without text',
      'POST',
      '/api/v2/webmessaging/guests/conversations/c1/events',
      { eventType: 'message' },
      'text',
      /is needed/,
    ],
    [
      'F3 an unknown type',
      'POST',
      '/api/v2/conversations/messaging/conversations/c1/events',
      { type: 'seen' },
      'type',
      /"typing"\|"read"\|"read-receipt"; it was "seen"/,
    ],
    ['F5 another guest in the body', 'POST', F5, { ...f5, guestId: 'g2' }, 'guestId', /"g1"; it was "g2"/],
    [
      'F5 a session that is no UUID',
      'POST',
      F5,
      { ...f5, sessionId: 'abc' },
      'sessionId',
      /UUID of 36 characters; it was "abc"/,
    ],
    [
      'F5 an unknown type',
      'POST',
      F5,
      { ...f5, type: 'stopped' },
      'type',
      /"typing"\|"paused"\|"typing_stopped"; it was "stopped"/,
    ],
    ['F5 too short a duration', 'POST', F5, { ...f5, duration: 99 }, 'duration', /from 100 to 10000; it was 99/],
    ['F5 too long a duration', 'POST', F5, { ...f5, duration: 10_001 }, 'duration', /from 100 to 10000; it was 10001/],
    [
      'F5 a duration of another type',
      'POST',
      F5,
      { ...f5, duration: '3000' },
      'duration',
      /from 100 to 10000; it was a text/,
    ],
    [
      'F6 that says nothing',
      'POST',
      '/api/v2/webmessaging/guests/messages',
      { channelId: 'c1', content: ' ' },
      'content',
      /is empty/,
    ],
    [
      'F9 an unknown state',
      'POST',
      '/api/v2/conversations/c1/participants/guest',
      { state: 'writing' },
      'state',
      /"typing"\|"connected"\|"disconnected"\|"closed"; it was "writing"/,
    ],
    [
      'F11 a flag that is a text',
      'POST',
      '/api/v2/conversations/messaging/conversations/c1/typing',
      { typing: 'true' },
      'typing',
      /expected boolean/,
    ],
    [
      'F11 no flag',
      'POST',
      '/api/v2/conversations/messaging/conversations/c1/typing',
      {},
      'typing',
      /expected boolean.*it is missing/,
    ],
    [
      'F12 unread',
      'PUT',
      '/api/v2/conversations/messaging/messages/m1/read',
      { read: false },
      'read',
      /must be true.*it was false/,
    ],
    [
      'F16 a blank text',
      'POST',
      '/api/v2/conversations/messaging/messages',
      { conversationId: 'c1', text: ' ' },
      'text',
      /blank/,
    ],
  ] as const)('%s is 400 and named', async (_, method, path, body, member, detail) => {
    const answer = await field.call(method, path, body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(answer.body.errors).toContainEqual({ path: member, detail: expect.stringMatching(detail) });
  });

  it.each([
    ['F7 PATCH', 'PATCH', '/api/v2/webmessaging/guests/messages', 'POST'],
    ['F1', 'PUT', '/api/v2/webmessaging/guests/conversations/c1/events', 'POST'],
    ['F4', 'POST', '/api/v2/messaging/sessions/s1', 'GET, HEAD'],
    ['F9', 'PATCH', '/api/v2/conversations/c1/participants/p1', 'POST'],
    ['F10', 'POST', '/api/v2/conversations/messaging/events', 'GET'],
    ['F12', 'POST', '/api/v2/conversations/messaging/messages/m1/read', 'PUT'],
    ['F18', 'PUT', '/api/v2/conversations/messages/c1/communications/x/typing', 'POST'],
  ])('%s with a wrong verb is 405 with the right one', async (_, method, path, allow) => {
    const answer = await field.call(method, path);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(answer.body.fix).toBe(`Use ${allow.replace(', HEAD', '')}.`);
  });
});

describe('F1 and F3', () => {
  it('read what the agent wrote, up to a message or up to the newest', async () => {
    const { id } = await field.conversation(randomUUID());
    const [first] = [await messageEvents(id), await messageEvents(id)];
    const F1 = `/api/v2/webmessaging/guests/conversations/${id}/events`;
    const read = await field.call('POST', F1, { eventType: 'read', messageId: first });
    expect(read).toMatchObject({ status: 202, body: { outcome: 'sent', participant: 'guest', watermark: 'seen' } });
    const before = await seenUpTo(id, 'guest');
    const F3 = `/api/v2/conversations/messaging/conversations/${id}/events`;
    expect(await field.call('POST', F3, { type: 'read-receipt' })).toMatchObject({
      status: 202,
      body: { outcome: 'sent' },
    });
    expect(await seenUpTo(id, 'guest')).toBeGreaterThan(before);
    expect(await field.call('POST', F1, { eventType: 'read-receipt' })).toMatchObject({
      body: { outcome: 'coalesced' },
    });
  });

  it('send a message of the guest, once for each Idempotency-Key', async () => {
    const { id } = await field.conversation(randomUUID());
    const headers = { authorization: `Bearer ${field.token}`, 'idempotency-key': randomUUID() };
    const F1 = `/api/v2/webmessaging/guests/conversations/${id}/events`;
    const send = () => field.call('POST', F1, { eventType: 'message', text: 'Where is it?' }, headers);
    const [first, second] = [await send(), await send()];
    expect([first.status, second.body]).toEqual([202, { ...first.body, status: expect.any(String), repeated: true }]);
    await vi.waitFor(async () => expect((await field.seen(id)).transcript).toEqual(['guest: Where is it?']), PATIENCE);
  });
});

describe('F4', () => {
  it('says ACTIVE or CONNECTED while a session lives, and DISCONNECTED after', async () => {
    const id = randomUUID();
    const first = await field.call('GET', `/api/v2/messaging/sessions/${id}`);
    expect(first).toMatchObject({ status: 200, body: { id, status: expect.stringMatching(/^(ACTIVE|CONNECTED)$/) } });
    await field.people(id);
    expect((await field.call('GET', `/api/v2/messaging/sessions/${id}`)).body.status).toBe('CONNECTED');
    await field.call('DELETE', `/v1/conversations/${id}`);
    expect(await field.call('GET', `/api/v2/messaging/sessions/${id}`)).toMatchObject({
      status: 200,
      body: { status: 'DISCONNECTED' },
    });
  });
});

describe('F5', () => {
  const type = (guestId: string, sessionId: string, kind = 'typing') =>
    field.call('POST', `/api/v2/messaging/guests/${guestId}/typing`, { sessionId, guestId, type: kind });

  it('takes one typing in 2 s and says when to come back; ends of typing are never refused', async () => {
    const { id } = await field.conversation(randomUUID());
    const guest = randomUUID();
    expect(await type(guest, id)).toMatchObject({ status: 202, body: { outcome: 'sent' } });
    const refused = await type(guest, id);
    expect([refused.status, refused.headers.get('retry-after'), refused.body.code]).toEqual([429, '2', 'rate.limited']);
    for (const kind of ['paused', 'typing_stopped', 'paused']) expect((await type(guest, id, kind)).status).toBe(202);
    expect((await type(guest, id)).status).toBe(429);
    const other = await field.conversation(randomUUID());
    expect((await type(randomUUID(), other.id)).status).toBe(202);
  });

  it('does not spend the session’s turn on who may not type, and gives the session no guest for it', async () => {
    const { id } = await field.conversation(randomUUID());
    const tokens = `/v1/conversations/${id}/tokens`;
    const strangers = await Promise.all(
      [{ participant: 'guest', scopes: ['signals:read'] }, { participant: 'agent:ann' }].map(
        async (body) => (await field.call('POST', tokens, body)).body.token,
      ),
    );
    for (const stranger of strangers) {
      const guestId = randomUUID();
      const headers = { authorization: `Bearer ${stranger}` };
      const body = { sessionId: id, type: 'typing' };
      const refused = await field.call('POST', `/api/v2/messaging/guests/${guestId}/typing`, body, headers);
      expect([refused.status, refused.body.code]).toEqual([
        403,
        expect.stringMatching(/^(scope.missing|actor.forbidden)$/),
      ]);
    }
    expect(await type(randomUUID(), id)).toMatchObject({ status: 202 });
  });

  it('knows a session’s guest by its first name, by the relay’s, and by no other', async () => {
    const [one, other] = [await field.conversation(randomUUID()), await field.conversation(randomUUID())];
    const [ada, bob] = [randomUUID(), randomUUID()];
    expect((await type(ada, one.id, 'paused')).status).toBe(202);
    expect((await type(ada, one.id, 'paused')).status).toBe(202);
    expect((await type(one.guest.id, one.id, 'paused')).status).toBe(202);
    const unknown = randomUUID();
    for (const [guest, session] of [
      [bob, one.id],
      [ada, other.id],
      [one.guest.id, other.id],
      [ada, unknown],
    ] as const) {
      const answer = await type(guest, session, 'paused');
      expect(answer.status, `${guest} in ${session}`).toBe(404);
    }
    expect((await field.call('GET', `/v1/conversations/${unknown}`)).status, 'who is known elsewhere makes none').toBe(
      404,
    );
  });

  it('knows the names that PUT gave', async () => {
    const [session, id] = [randomUUID(), `own ${randomUUID()}`];
    await field.call('PUT', `/v1/conversations/${encodeURIComponent(id)}`, { session, guestId: `ada ${id}` });
    expect((await type(encodeURIComponent(`ada ${id}`), session, 'paused')).status).toBe(400);
    const guestId = `ada ${id}`;
    const path = `/api/v2/messaging/guests/${encodeURIComponent(guestId)}/typing`;
    expect((await field.call('POST', path, { sessionId: session, guestId, type: 'paused' })).status).toBe(202);
    expect((await type(randomUUID(), session, 'paused')).status).toBe(404);
  });
});

describe('F6', () => {
  it('sends content as a message, and says when Genesys has it', async () => {
    const { id } = await field.conversation(randomUUID());
    const answer = await field.call('POST', '/api/v2/webmessaging/guests/messages', {
      channelId: id,
      type: 'text',
      content: 'Hello',
      typingIndicator: true,
    });
    expect(answer).toMatchObject({ status: 200, body: { id: expect.any(String), status: 'delivered' } });
    expect((await field.seen(id)).transcript).toEqual(['guest: Hello']);
  });

  it('answers typing with an id and "delivered", as its author wants it', async () => {
    const { id } = await field.conversation(randomUUID());
    const body = { channelId: id, type: 'text', content: '', typingIndicator: true };
    for (const outcome of ['sent', 'coalesced']) {
      const answer = await field.call('POST', '/api/v2/webmessaging/guests/messages', body);
      expect(answer).toMatchObject({ status: 200, body: { id: expect.any(String), status: 'delivered', outcome } });
    }
  });
});

describe('F9', () => {
  it('shows no dots for other states', async () => {
    const { id, guest } = await field.conversation(randomUUID());
    for (const state of ['connected', 'closed']) {
      const answer = await field.call('POST', `/api/v2/conversations/${id}/participants/${guest.id}`, { state });
      expect(answer.status).toBe(202);
    }
    expect(await field.seen(id)).toEqual({ typing: [], transcript: [] });
  });

  it.each(['F9', 'F13'])('%s: who is not in the conversation is 404, and nobody is told', async (report) => {
    const { id } = await field.conversation(randomUUID());
    const other = await field.conversation(randomUUID());
    const absent = field.genesys.agentIds[1];
    for (const participant of [randomUUID(), other.guest.id, `agent:${absent}`, String(absent), 'nobody']) {
      const answer =
        report === 'F9'
          ? await field.call('POST', `/api/v2/conversations/${id}/participants/${participant}`, { state: 'typing' })
          : await field.call('POST', '/api/v2/conversations/messaging/typing', {
              conversationId: id,
              participantId: participant,
            });
      expect(answer).toMatchObject({ status: 404, body: { code: 'participant.unknown' } });
    }
    expect((await field.call('GET', `/v1/conversations/${id}`)).body.typing).toEqual([]);
  });
});

describe('F11', () => {
  it('coalesces what comes too often, and ends on the relay’s own plane at once', async () => {
    const { id } = await field.conversation(randomUUID());
    const type = (typing: boolean) =>
      field.call('POST', `/api/v2/conversations/messaging/conversations/${id}/typing`, { typing });
    const outcomes: string[] = [];
    for (let count = 0; count < 5; count += 1) outcomes.push((await type(true)).body.outcome);
    expect(outcomes).toEqual(['sent', 'coalesced', 'coalesced', 'coalesced', 'coalesced']);
    expect((await field.call('GET', `/v1/conversations/${id}`)).body.typing).toEqual(['guest']);
    expect(await type(false)).toMatchObject({ status: 202, body: { outcome: 'coalesced' } });
    expect((await field.call('GET', `/v1/conversations/${id}`)).body.typing).toEqual([]);
  });
});

describe('F12', () => {
  const read = (messageId: string, body: object | undefined = { read: true }, headers?: Record<string, string>) =>
    field.call('PUT', `/api/v2/conversations/messaging/messages/${messageId}/read`, body, headers);

  it('is idempotent, says so, and never moves backwards', async () => {
    const { id } = await field.conversation(randomUUID());
    const [first, second] = [await messageEvents(id), await messageEvents(id)];
    expect(await read(second)).toMatchObject({
      status: 200,
      body: { id: second, read: true, changed: true, participant: 'guest', outcome: 'sent' },
    });
    const upTo = await seenUpTo(id, 'guest');
    for (const each of [second, first, second]) {
      expect(await read(each)).toMatchObject({ status: 200, body: { changed: false, outcome: 'coalesced' } });
    }
    expect(await seenUpTo(id, 'guest')).toBe(upTo);
  });

  it('is the agent’s for what the guest wrote, also by the id that Genesys gave', async () => {
    const { id } = await field.conversation(randomUUID());
    const { body } = await field.call('POST', '/api/v2/webmessaging/guests/messages', { channelId: id, content: 'Hi' });
    const genesysId =
      field.genesys.emulator
        .conversations()
        .flatMap(({ transcript }) => transcript)
        .at(-1)?.id ?? '';
    const agent = `agent:${field.genesys.agentIds[0]}`;
    expect(await read(genesysId, undefined)).toMatchObject({
      status: 200,
      body: { changed: true, participant: agent },
    });
    expect(await read(body.id)).toMatchObject({ body: { changed: false } });
  });

  it('of an unknown message is 404', async () => {
    expect(await read(randomUUID())).toMatchObject({ status: 404, body: { code: 'message.unknown' } });
  });
});

describe('F13', () => {
  const type = (conversationId: string, participantId: string, headers: Record<string, string>) =>
    field.call('POST', '/api/v2/conversations/messaging/typing', { conversationId, participantId, text: 'x' }, headers);
  const guestToken = async (id: string): Promise<string> =>
    (await field.call('POST', `/v1/conversations/${id}/tokens`, { participant: 'guest' })).body.token;

  it('takes the guest’s token in its header', async () => {
    const { id, guest } = await field.conversation(randomUUID());
    const answer = await type(id, guest.id, { guest_token: await guestToken(id) });
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'sent', participant: 'guest' } });
    expect((await field.seen(id)).typing).toMatchObject([{ from: 'guest' }]);
  });

  it('says 401 with which credential is needed, and where to get it', async () => {
    const { id, guest, agent } = await field.conversation(randomUUID());
    const token = await guestToken(id);
    const guestsOnly = await field.tokenOf('guests');
    for (const [headers, participant] of [
      [{}, guest.id],
      [{ guest_token: 'nonsense' }, guest.id],
      [{ authorization: 'Bearer nonsense' }, agent.id],
      [{ guest_token: token }, agent.id],
      [{ authorization: `Bearer ${token}` }, agent.id],
    ] as const) {
      const answer = await type(id, participant, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(answer.body.fix).toMatch(/"guest_token: <token>", from POST \/api\/v2\/webmessaging\/guests/);
      expect(answer.body.fix).toMatch(/client whose actAs has that agent, from POST \/oauth\/token/);
    }
    const own = randomUUID();
    const headers = { authorization: `Bearer ${guestsOnly}` };
    await field.call('GET', `/api/v2/messaging/sessions/${own}`, undefined, headers);
    const agentId = await vi.waitFor(async () => {
      const { body } = await field.call('GET', `/api/v2/conversations/${own}`, undefined, headers);
      const found = body.participants.find(
        ({ state, purpose }: Record<string, string>) => purpose === 'agent' && state === 'connected',
      );
      expect(found).toBeDefined();
      return found.id;
    }, PATIENCE);
    expect(await type(own, agentId, headers)).toMatchObject({ status: 401, body: { code: 'actor.forbidden' } });
    expect((await field.seen(id)).typing).toEqual([]);
  });

  it('goes by the credential that is entitled, where a call carries both', async () => {
    const { id, agent, guest } = await field.conversation(randomUUID());
    const both = { guest_token: await guestToken(id), authorization: `Bearer ${field.token}` };
    expect((await type(id, agent.id, both)).status).toBe(202);
    expect((await type(id, guest.id, { ...both, authorization: 'Bearer of-genesys' })).status).toBe(202);
  });
});

describe('F16', () => {
  const send = (body: object, headers?: Record<string, string>) =>
    field.call('POST', '/api/v2/conversations/messaging/messages', body, headers);

  it('sends as the agent, or as the guest who is named', async () => {
    const { id, guest } = await field.conversation(randomUUID());
    const byAgent = await send({ conversationId: id, text: 'How can I help?' });
    expect(byAgent).toMatchObject({
      status: 202,
      body: { id: expect.any(String), participant: expect.stringMatching(/^agent:/) },
    });
    await field.relay.relay.delivered(byAgent.body.id, 10_000);
    expect(await send({ conversationId: id, text: 'My parcel', participantId: guest.id })).toMatchObject({
      status: 202,
    });
    await vi.waitFor(
      async () => expect((await field.seen(id)).transcript).toEqual(['agent: How can I help?', 'guest: My parcel']),
      PATIENCE,
    );
  });

  it('is 409 while no agent is connected, and says so', async () => {
    const { client: _, ...guestsOnly } = field.genesys.settings;
    const deaf = await startField({ genesys: guestsOnly }, field.genesys);
    const answer = await deaf.call('POST', '/api/v2/conversations/messaging/messages', {
      conversationId: randomUUID(),
      text: 'Hello?',
    });
    expect(answer).toMatchObject({ status: 409, body: { code: 'agent.absent' } });
    expect(answer.body.detail).toContain('No agent is known to be connected');
    await deaf.close();
  });
});

describe('F17', () => {
  it('shows who takes part as Genesys’s own call does, the guest by the id that it keeps', async () => {
    const { guest, agent, genesysId } = await field.conversation(randomUUID());
    const record = field.genesys.emulator.conversations().find((each) => each.id === genesysId);
    const genesysAgent = record?.participants.find(({ purpose }) => purpose === 'agent');
    expect(agent).toMatchObject({
      id: genesysAgent?.id,
      userId: genesysAgent?.userId,
      messages: [{ id: genesysAgent?.communications[0]?.id, state: 'connected', type: 'webmessaging' }],
    });
    expect(guest).toMatchObject({ purpose: 'customer' });
    const byGenesysId = await field.call('GET', `/api/v2/conversations/${genesysId}`);
    expect(byGenesysId.body).toMatchObject({ id: genesysId, participants: expect.arrayContaining([guest, agent]) });
  });
});

describe('an unknown conversation', () => {
  it('is made when provisioning is automatic, by whichever call comes first', async () => {
    const id = randomUUID();
    const answer = await field.call('POST', `/api/v2/webmessaging/guests/conversations/${id}/typing`);
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'sent' } });
    await field.people(id);
    await vi.waitFor(async () => expect((await field.seen(id)).typing).toMatchObject([{ from: 'guest' }]), PATIENCE);
  });

  it('is 404 with the fix when it is not', async () => {
    const strict = await startField({ provisioning: 'off' }, field.genesys);
    const id = randomUUID();
    for (const [method, path, body] of [
      ['POST', `/api/v2/webmessaging/guests/conversations/${id}/events`, { eventType: 'typing' }],
      ['POST', `/api/v2/webmessaging/guests/conversations/${id}/typing`],
      ['POST', `/api/v2/conversations/messaging/conversations/${id}/events`, { type: 'typing' }],
      ['GET', `/api/v2/messaging/sessions/${id}`],
      ['POST', '/api/v2/messaging/guests/g1/typing', { sessionId: id, guestId: 'g1', type: 'typing' }],
      ['POST', '/api/v2/webmessaging/guests/messages', { channelId: id, content: '', typingIndicator: true }],
      ['POST', `/api/v2/conversations/${id}/participants/guest`, { state: 'typing' }],
      ['POST', `/api/v2/conversations/messaging/conversations/${id}/typing`, { typing: true }],
      ['POST', '/api/v2/conversations/messaging/typing', { conversationId: id, participantId: 'guest' }],
      ['POST', '/api/v2/conversations/messaging/messages', { conversationId: id, text: 'Hi' }],
      ['GET', `/api/v2/conversations/${id}`],
    ] as const) {
      const answer = await strict.call(method, path, body);
      expect(answer, path).toMatchObject({
        status: 404,
        body: { code: 'conversation.unknown', fix: expect.stringContaining('PUT /v1/conversations/{id}') },
      });
    }
    expect((await strict.call('GET', '/v1/conversations')).body.conversations).toEqual([]);
    await strict.close();
  });
});

describe('/openapi.json', () => {
  it('has every report, by its id, under a tag of their own', async () => {
    const { body } = await field.call('GET', '/openapi.json');
    const described = Object.values<Record<string, { tags: string[]; description: string }>>(body.paths)
      .flatMap((item) => Object.values(item))
      .filter(({ tags }) => tags.includes('Field reports'))
      .map(({ description }) => description.split('.')[0]);
    expect(new Set(described)).toEqual(
      new Set(['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F8', 'F9', 'F10', 'F11', 'F12', 'F13', 'F16', 'F17', 'F18']),
    );
  });
});
