import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversing, fence, frames, guestUrl, onlyConversation, rest, start, TOKEN } from './support/emulator.ts';
import { TestSocket } from './support/socket.ts';

const RUNS = 400;

/** A valid value with one part of it replaced, removed or added: nearer to what clients get wrong than any random JSON. */
const mutated = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      fc.array(fc.nat(5), { maxLength: 5 }),
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('replace', 'remove', 'add'),
    )
    .map(([path, other, how]) => {
      const copy = structuredClone(value);
      let at: unknown = copy;
      for (const [depth, index] of path.entries()) {
        if (typeof at !== 'object' || at === null) break;
        const holder = at as Record<string, unknown>;
        const keys = Object.keys(holder);
        const key = keys[index % keys.length];
        if (key === undefined) break;
        if (depth === path.length - 1 || typeof holder[key] !== 'object') {
          if (how === 'remove') delete holder[key];
          else if (how === 'replace') holder[key] = other;
          else Object.assign(holder, { [`${key}x`]: other, __proto__x: other });
          break;
        }
        at = holder[key];
      }
      return copy;
    });

test(`${RUNS} strange frames: each is answered or dropped, the connection and the emulator go on`, async () => {
  const genesys = await start({ limits: 'off' });
  await conversing(genesys);
  let guest = await conversing(genesys);
  const valid = [
    frames.configure(genesys),
    frames.text('hi'),
    frames.typing(),
    frames.presence('Join'),
    frames.jwt,
    frames.echo,
  ];
  const frame = fc.oneof(
    fc.string().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .constantFrom(...valid)
      .chain(mutated)
      .map((value) => Buffer.from(JSON.stringify(value) ?? 'null')),
  );
  await fc.assert(
    fc.asyncProperty(frame, fc.boolean(), async (data, binary) => {
      if (guest.socket.readyState !== guest.socket.OPEN) {
        guest = await new TestSocket(guestUrl(genesys)).opened();
        guest.send(frames.configure(genesys));
      }
      guest.socket.send(data, { binary });
      guest.send(frames.configure(genesys));
      const answers = await Promise.race([fence(guest), guest.closed]);
      if (typeof answers === 'number') {
        // The one frame that ends a connection by the WebSocket protocol itself: text that is not UTF-8.
        expect(answers).toBe(1007);
        return;
      }
      for (const answer of answers) {
        expect(answer).toMatchObject({
          type: expect.stringMatching(/^(response|message)$/),
          class: expect.any(String),
          code: expect.any(Number),
        });
        expect(answer.code).not.toBe(5000);
      }
    }),
    { numRuns: RUNS, verbose: true },
  );
  expect(genesys.journal.entries().some(({ note }) => note?.includes('fault of the emulator') === true)).toBe(false);
  guest.socket.terminate();
});

test(`${RUNS} strange requests: never a 5xx, always an answer`, async () => {
  const genesys = await start({ limits: 'off' });
  await conversing(genesys);
  const { id, typingPath, messagesPath } = onlyConversation(genesys);
  const channel = await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
  const paths = [
    typingPath,
    messagesPath,
    `/api/v2/conversations/${id}`,
    `/api/v2/conversations/messages/${id}/messages/x`,
    '/api/v2/users/me',
    '/api/v2/notifications/channels',
    `/api/v2/notifications/channels/${channel.body.id}/subscriptions`,
    '/api/v2/webmessaging/messages?pageSize=-1',
    '/oauth/token',
    `/webdeployments/v1/deployments/${genesys.info.deploymentId}/config.json`,
    '/_emulator/cut',
    '/_emulator/journal?after=x',
  ];
  const path = fc.oneof(
    fc.constantFrom(...paths),
    fc.tuple(fc.constantFrom(...paths), fc.webPath()).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom(...paths), fc.webQueryParameters()).map((parts) => parts.join('?')),
  );
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .constantFrom<unknown>(
        { typing: { type: 'On', duration: 1 } },
        { textBody: 'hi' },
        [{ id: 'v2.users.x.conversations' }],
        { sockets: 'none' },
      )
      .chain(mutated)
      .map((value) => JSON.stringify(value) ?? ''),
  );
  const type = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    'nonsense',
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS');
  await fc.assert(
    fc.asyncProperty(method, path, body, type, fc.boolean(), async (verb, target, text, contentType, known) => {
      const answer = await rest(genesys, verb, target, {
        ...(verb === 'GET' || verb === 'HEAD' ? {} : { body: text }),
        token: known ? genesys.info.agents[0]?.token : TOKEN,
        headers: { 'content-type': contentType },
      });
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: RUNS, verbose: true },
  );
});
