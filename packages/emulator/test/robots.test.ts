import { BOUNDS, type RobotSpec } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import { pausesMs } from '../src/robots/typist.ts';
import { SeededRandom } from '../src/seeded-random.ts';
import {
  configured,
  conversing,
  frames,
  journaled,
  onlyConversation,
  rest,
  start,
  startAtRest,
} from './support/emulator.ts';

/** Moves the time until the robot has ended: real sockets carry what it does, so no single step is long enough. */
async function played(genesys: Awaited<ReturnType<typeof start>>, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) await genesys.clock.advance(250);
}

test('a guest and an agent hold a conversation, typing before they speak', async () => {
  const { genesys } = await startAtRest();
  const agent = genesys.robots.start({ role: 'agent', steps: [{ answer: 'Yes. How can I help?' }, { hear: true }] });
  const guest = genesys.robots.start({
    role: 'guest',
    steps: [{ say: 'Is anybody there?' }, { answer: 'I only watched the dots.' }, { waitMs: 500 }],
  });
  await played(genesys, Promise.all([agent.ended, guest.ended]));
  expect(genesys.robots.list()).toMatchObject([
    { role: 'agent', state: 'done', done: 2 },
    { role: 'guest', state: 'done', done: 3 },
  ]);
  const { transcript, typing } = genesys.conversations()[0] ?? {};
  expect(transcript?.map(({ from, text }) => [from, text])).toEqual([
    ['guest', 'Is anybody there?'],
    ['agent', 'Yes. How can I help?'],
    ['guest', 'I only watched the dots.'],
  ]);
  expect(typing?.map(({ from }) => from)).toEqual(['agent', 'guest']);
});

test('what a robot does stands in the journal like anybody’s traffic', async () => {
  const { genesys } = await startAtRest();
  const guest = genesys.robots.start({ role: 'guest', steps: [{ say: 'hello' }] });
  await played(genesys, guest.ended);
  const kinds = genesys.journal.entries({ surface: 'guest', direction: 'in' }).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['open', 'configureSession', 'typing', 'text']));
  expect((await journaled(genesys, ({ kind }) => kind === 'robot')).note).toBe(
    'robot-1 (guest) is done after 1 of 1 steps.',
  );
});

test('the same seed types the same way, another one otherwise', async () => {
  const timesOf = async (seed: number): Promise<number[]> => {
    const { genesys } = await startAtRest({ seed });
    const guest = genesys.robots.start({ role: 'guest', steps: [{ say: 'One sentence. And another one!' }] });
    await played(genesys, guest.ended);
    return genesys.journal.entries({ surface: 'guest', kind: 'text', direction: 'in' }).map(({ atMs }) => atMs);
  };
  const [one, again, other] = [await timesOf(1), await timesOf(1), await timesOf(2)];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test('people pause before words and longer before sentences', () => {
  const pauses = pausesMs('ab cd. ef'.repeat(400), 100, new SeededRandom(1, 'typist'));
  const median = (at: number): number =>
    pauses.filter((_, index) => index % 9 === at).toSorted((left, right) => left - right)[200] ?? 0;
  expect([median(1), median(3), median(7)].map((each) => Math.round(each / 50) * 50)).toEqual([100, 150, 400]);
});

test('an agent answers a person’s message, transfers and is gone; the other agent takes over', async () => {
  const { genesys } = await startAtRest();
  const ana = genesys.robots.start({ role: 'agent', steps: [{ answer: 'A moment.' }, { transferTo: 'Ben Okafor' }] });
  const ben = genesys.robots.start({
    role: 'agent',
    agent: 'Ben Okafor',
    steps: [{ say: 'Ben here.' }, { leave: true }],
  });
  const guest = await configured(genesys);
  guest.send(frames.text('help'));
  await guest.next();
  await played(genesys, Promise.all([ana.ended, ben.ended]));
  expect(genesys.robots.list().map(({ state, reason }) => [state, reason])).toEqual([
    ['done', undefined],
    ['done', undefined],
  ]);
  const { conversation } = onlyConversation(genesys);
  expect(conversation.transcript.map(({ text }) => text)).toEqual(['help', 'A moment.', 'Ben here.']);
  expect(
    conversation.participants
      .filter(({ purpose }) => purpose === 'agent')
      .map(({ name, communications }) => [name, communications[0]?.state]),
  ).toEqual([
    ['Ana Lima', 'disconnected'],
    ['Ben Okafor', 'disconnected'],
  ]);
});

test('a guest that leaves has no connection any more', async () => {
  const { genesys } = await startAtRest();
  const guest = genesys.robots.start({ role: 'guest', steps: [{ say: 'bye' }, { leave: true }] });
  await played(genesys, guest.ended);
  await journaled(genesys, ({ surface, kind }) => surface === 'guest' && kind === 'closed');
});

test('a robot that cannot go on says why', async () => {
  const genesys = await start({ faults: [{ frame: 'configureSession', status: 404 }] });
  const guest = genesys.robots.start({ role: 'guest', steps: [{ say: 'hello' }] });
  expect(await guest.ended).toMatchObject({ state: 'failed', done: 0, reason: expect.stringContaining('404') });
  const { genesys: other } = await startAtRest();
  await conversing(other);
  const agent = other.robots.start({ role: 'agent', steps: [{ transferTo: 'Nobody' }] });
  expect(await agent.ended).toMatchObject({ state: 'failed', reason: expect.stringContaining('Ana Lima, Ben Okafor') });
});

test('by HTTP: started, listed and stopped, one or all', async () => {
  const genesys = await start();
  const waiting = { role: 'agent', steps: [{ hear: true }] };
  const first = await rest(genesys, 'POST', '/_emulator/robots', { body: waiting });
  expect(first).toMatchObject({ status: 201, body: { id: 'robot-1', role: 'agent', state: 'running', steps: 1 } });
  await rest(genesys, 'POST', '/_emulator/robots', { body: waiting });
  expect((await rest(genesys, 'GET', '/_emulator/robots')).body.robots).toHaveLength(2);
  expect((await rest(genesys, 'DELETE', '/_emulator/robots/robot-1')).status).toBe(204);
  expect((await rest(genesys, 'DELETE', '/_emulator/robots')).status).toBe(204);
  await journaled(genesys, ({ note }) => note?.startsWith('robot-2 (agent) is stopped') === true);
  expect((await rest(genesys, 'DELETE', '/_emulator/robots/robot-1')).status).toBe(404);
  expect(genesys.robots.list().map(({ state }) => state)).toEqual(['stopped', 'stopped']);
});

test('reset and close end them', async () => {
  const genesys = await start();
  const robot = genesys.robots.start({ role: 'agent', steps: [{ hear: true }] });
  await genesys.reset();
  expect(await robot.ended).toMatchObject({ state: 'stopped' });
  expect(genesys.robots.list()).toEqual([]);
  const last = genesys.robots.start({ role: 'agent', steps: [{ hear: true }] });
  await genesys.close();
  expect(await last.ended).toMatchObject({ state: 'stopped' });
});

test.each([
  [{ role: 'bot', steps: [] }, 'it is "guest" or "agent"'],
  [{ role: 'guest', steps: [] }, `a list of 1 to ${BOUNDS.robotSteps} steps`],
  [{ role: 'guest', steps: [{ sya: 'x' }] }, 'Did you mean "say"?'],
  [{ role: 'guest', steps: [{ say: '' }] }, 'texts of 1 to'],
  [{ role: 'guest', steps: [{ transferTo: 'Ben Okafor' }] }, 'guests cannot transfer'],
  [{ role: 'agent', agent: 'Ana Lime', steps: [{ hear: true }] }, 'Did you mean "Ana Lima"?'],
  [{ role: 'guest', stepps: [] }, 'Did you mean "steps"?'],
])('%j is no robot', async (spec, reason) => {
  const genesys = await start();
  expect(() => genesys.robots.start(spec as unknown as RobotSpec)).toThrow(reason);
  expect((await rest(genesys, 'POST', '/_emulator/robots', { body: spec })).status).toBe(400);
});

test('not more run at once than the bound', async () => {
  const genesys = await start();
  for (let count = 0; count < BOUNDS.robots; count += 1)
    genesys.robots.start({ role: 'agent', steps: [{ hear: true }] });
  expect(() => genesys.robots.start({ role: 'agent', steps: [{ hear: true }] })).toThrow(
    `its bound of ${BOUNDS.robots}`,
  );
});
