import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakeClock } from '../../client/test/support/fake-clock.ts';
import type { LoggedEvent } from '../src/domain/event.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import { Connection } from './support/connection.ts';
import { client, settle, startCore } from './support/core.ts';
import { type Fate, type ScriptedConversation, ScriptedLegs, type Told } from './support/scripted-legs.ts';

type Step =
  | { readonly kind: 'say'; readonly by: 'guest' | 'agent:ann'; readonly text: string }
  | { readonly kind: 'desktop' | 'drop' | 'return' | 'kill' | 'leave' | 'come' | 'tellAll' | 'tellUnnamed' | 'letGo' }
  | { readonly kind: 'fates'; readonly fates: readonly Fate[] }
  | { readonly kind: 'told'; readonly told: Told }
  | { readonly kind: 'holds' | 'breaksHistory' | 'breaksStore'; readonly on: boolean }
  | { readonly kind: 'pass'; readonly durationMs: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    // Few texts, so that equal ones meet.
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      by: fc.constantFrom('guest' as const, 'agent:ann' as const),
      text: fc.constantFrom('ok', 'ok', 'yes'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('desktop', 'drop', 'return', 'kill', 'leave', 'come', 'tellAll', 'tellUnnamed', 'letGo'),
    }) as fc.Arbitrary<Step>,
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fates' as const),
      fates: fc.array(fc.constantFrom<Fate>('arrives', 'stays', 'answer-lost', 'lost', 'rate'), { maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('told' as const),
      told: fc.constantFrom<Told>('before', 'after', 'twice', 'never'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('holds' as const, 'breaksHistory' as const, 'breaksStore' as const),
      on: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), durationMs: fc.integer({ min: 1, max: 30_000 }) }),
  },
);

async function play(steps: readonly Step[]): Promise<void> {
  const truth = new MemoryStore();
  const clock = new FakeClock();
  const accepted: { readonly id: string; readonly words: string }[] = [];
  const stops: (() => Promise<void>)[] = [];
  let processes = 0;
  let desktops = 0;
  let legs = new ScriptedLegs();
  let connection = new Connection(truth);
  const start = () => startCore({ store: connection.store, clock, legs, name: `p${++processes}` });
  let core = await start();
  let genesys: ScriptedConversation = await core.bind();
  stops.push(core.relay.stop.bind(core.relay));

  const tellAll = (unnamed = false) => {
    for (const message of [...genesys.messages].reverse()) {
      const isAgents = message.participant !== 'guest';
      genesys.tell(isAgents && unnamed ? { ...message, participant: 'agent' } : message);
    }
  };
  const restart = async () => {
    connection.isDead = true;
    // What was on its way when the process died arrives, or does not.
    genesys.listener.message = () => {};
    for (const go of genesys.waiting.splice(0)) go();
    await settle();
    const { fates, told, isHistoryReadable } = genesys;
    legs = new ScriptedLegs(legs);
    connection = new Connection(truth);
    core = await start();
    stops.push(core.relay.stop.bind(core.relay));
    genesys = Object.assign(legs.of('c1'), { fates, told, isHistoryReadable });
    tellAll();
    genesys.agentIs('ann', 'connected');
  };

  genesys.agentIs('ann', 'connected');
  for (const next of steps) {
    switch (next.kind) {
      case 'say': {
        const { by: participant, text } = next;
        const call = core.relay.message(client(), { conversation: { id: 'c1' }, participant, text });
        const said = await Promise.race([call.catch(() => undefined), settle().then(settle)]);
        if (said) accepted.push({ id: said.messageId, words: `${participant}: ${text}` });
        break;
      }
      case 'desktop':
        genesys.tell(genesys.store('agent', `desktop ${++desktops}`));
        break;
      case 'drop':
        genesys.becomes('waiting');
        break;
      case 'return':
        genesys.becomes('live');
        tellAll();
        break;
      case 'kill':
        await restart();
        break;
      case 'leave':
        genesys.agentIs('ann', 'disconnected');
        break;
      case 'come':
        genesys.agentIs('ann', 'connected');
        break;
      case 'tellAll':
        tellAll();
        break;
      case 'tellUnnamed':
        tellAll(true);
        break;
      case 'letGo':
        genesys.waiting.shift()?.();
        break;
      case 'fates':
        genesys.fates = [...next.fates];
        break;
      case 'told':
        genesys.told = next.told;
        break;
      case 'holds':
        genesys.holdsSends = next.on;
        break;
      case 'breaksHistory':
        genesys.isHistoryReadable = !next.on;
        break;
      case 'breaksStore':
        connection.isBroken = next.on;
        break;
      case 'pass':
        await clock.advance(next.durationMs);
    }
    await settle();
  }

  Object.assign(genesys, { fates: [], told: 'after', isHistoryReadable: true, holdsSends: false });
  connection.isBroken = false;
  for (const go of genesys.waiting.splice(0)) go();
  genesys.becomes('live');
  await clock.advance(300_000);

  expect(await truth.waitingLanes()).toEqual([]);
  const events = await truth.events({ clientId: 'main', limit: 10_000 });
  const failed = new Set(
    events.flatMap(({ body }) => (body.kind === 'message-status' && body.status === 'failed' ? body.messageId : [])),
  );
  const sent = genesys.texts.filter((text) => !text.includes('desktop'));
  expect(sent, 'what Genesys has of ours').toEqual(accepted.flatMap(({ id, words }) => (failed.has(id) ? [] : words)));
  const agents = accepted.flatMap(({ id, words }) => (words.startsWith('guest') ? [] : id));
  expect(agents, 'only who has left can fail').toEqual(expect.arrayContaining([...failed]));
  expect(
    events.map(({ sequence }) => sequence),
    'places in the conversation',
  ).toEqual(events.map((_, index) => index + 1));
  const messages = events.flatMap(({ body }: LoggedEvent) => (body.kind === 'message' ? body : []));
  const ours = messages.filter(({ text }) => !text.startsWith('desktop'));
  expect(
    ours.map(({ participant, text }) => `${participant}: ${text}`),
    'the log',
  ).toEqual(accepted.map(({ words }) => words));
  const desktop = messages.filter(({ text }) => text.startsWith('desktop')).map(({ text }) => text);
  expect(desktop.sort(), 'what was written at the desktop').toEqual(
    Array.from({ length: desktops }, (_, index) => `desktop ${index + 1}`).sort(),
  );
  const settled = events.filter(({ body }) => body.kind === 'message-status');
  expect(
    settled.map(({ body }) => body.kind === 'message-status' && body.messageId),
    'each settles once',
  ).toEqual(accepted.map(({ id }) => id));

  for (const { messageId } of ours) {
    const message = await truth.findMessage('main', messageId);
    expect(message?.platformIds).toHaveLength(failed.has(messageId) ? 0 : 1);
  }
  const stopped = Promise.all(stops.map((stop) => stop()));
  await clock.advance(10_000);
  await stopped;
  expect(clock.pending).toBe(0);
}

it('what is accepted arrives once and in order, and is logged once, whatever the platform, the store and the process do', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), play), { numRuns: 1_500 });
}, 120_000);
