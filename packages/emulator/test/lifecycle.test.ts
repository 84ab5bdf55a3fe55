import { EmulatorError, startEmulator } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import {
  clientToken,
  configured,
  connect,
  conversing,
  frames,
  listening,
  onlyConversation,
  rest,
  start,
  startAtRest,
} from './support/emulator.ts';

/** Handles that keep this process alive and belong to a server or a client of one. */
const openHandles = (): string[] => process.getActiveResourcesInfo().filter((each) => /^(TCP|Timeout|HTTP)/.test(each));

test('close ends every socket, stream and timer, and may be called twice', async () => {
  const { genesys, clock } = await startAtRest();
  const guest = await conversing(genesys);
  const unconfigured = await connect(genesys);
  const agent = await listening(genesys, []);
  const stream = await fetch(`${genesys.url}/_emulator/journal/stream`);
  expect(clock.waiting).toBe(2);
  const first = genesys.close();
  expect(genesys.close()).toBe(first);
  await first;
  expect(clock.waiting).toBe(0);
  expect([await guest.closed, await unconfigured.closed, await agent.closed]).toEqual([1001, 1001, 1001]);
  expect(agent.frames.at(-1)).toMatchObject({
    topicName: 'v2.system.socket_closing',
    eventBody: { channelId: agent.channelId },
  });
  await stream.text();
  await expect(fetch(genesys.url)).rejects.toThrow('fetch failed');
});

test('after close nothing of the emulator keeps the process alive', async () => {
  // Real time and handles: this asks the process itself, on the system clock.
  const before = openHandles().length;
  const genesys = await startEmulator({ port: 0 });
  const guest = await conversing(genesys);
  const agent = await listening(genesys, []);
  expect(openHandles().length).toBeGreaterThan(before);
  await genesys.close();
  await Promise.all([guest.closed, agent.closed]);
  // Each side of a connection lets go in its own turn of the loop.
  for (let turn = 0; turn < 50 && openHandles().length > before; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(openHandles().length).toBeLessThanOrEqual(before);
});

test('close does not wait for a client that neither reads nor answers', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.socket.pause();
  await genesys.close();
  guest.socket.resume();
  expect([1001, 1006]).toContain(await guest.closed);
});

test('await using ends it', async () => {
  let url = '';
  {
    await using genesys = await startEmulator({ port: 0 });
    url = genesys.url;
    expect((await fetch(`${url}/_emulator/info`)).status).toBe(200);
  }
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('a taken port is told with the option that changes it', async () => {
  const genesys = await start();
  const port = Number(new URL(genesys.url).port);
  const error = await startEmulator({ port }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EmulatorError);
  expect(error).toMatchObject({ code: 'port.taken', message: expect.stringContaining(`127.0.0.1:${port}`) });
  expect((error as Error).message).toContain('option "port"');
  await expect(startEmulator({ host: 'no.such.host.invalid' })).rejects.toMatchObject({ code: 'listen.failed' });
});

test('a seed decides every id and credential, per kind and whatever else happens', async () => {
  const [plain, same, other] = [await start({ seed: 7 }), await start({ seed: 7 }), await start({ seed: 8 })];
  const withoutUrl = ({ info: { baseUrl: _, ...rest } }: typeof plain) => rest;
  expect(withoutUrl(plain)).toEqual(withoutUrl(same));
  const ids = (genesys: typeof plain): string[] => {
    const { agentLeg, customerLeg, id, conversation } = onlyConversation(genesys);
    return [id, agentLeg, customerLeg, ...conversation.transcript.map((each) => each.id)];
  };
  await conversing(plain);
  // The same conversation after much else: tokens, channels, typing, refusals.
  await clientToken(same);
  await listening(same, [`v2.users.${same.info.agents[0]?.id}.conversations.inbound.typing.event`]);
  await rest(same, 'GET', '/api/v2/nothing');
  const guest = await configured(same);
  for (const frame of [frames.typing(), frames.echo, frames.text('hello'), frames.typing()]) guest.send(frame);
  await guest.next();
  await guest.next();
  expect(ids(same)).toEqual(ids(plain));
  await conversing(other);
  expect(ids(other)).not.toEqual(ids(plain));
  for (const id of [...ids(plain), plain.info.deploymentId, plain.info.oauth.clientId]) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test('time on the wire follows the clock alone', async () => {
  const { genesys, clock } = await startAtRest();
  clock.advance(1_500);
  await conversing(genesys);
  expect(onlyConversation(genesys).conversation.transcript[0]?.time).toBe('2026-01-05T10:00:01.500Z');
  expect(genesys.journal.entries().map(({ atMs }) => atMs)).toEqual(genesys.journal.entries().map(() => 1_500));
});
