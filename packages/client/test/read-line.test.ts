import { SharedArbiter } from '@backchannel/client';
import { AgentSession } from '@backchannel/client/agent';
import { TOKEN_BUDGET } from '@backchannel/signals';
import { describe, expect, it, vi } from 'vitest';
import { READS_BUDGET, ReadLine } from '../src/agent/read-line.ts';
import { RequestLine } from '../src/core/request-line.ts';
import { FakeClock, settle } from './support/fake-clock.ts';
import { checkLeaks } from './support/leaks.ts';
import { Platform } from './support/platform.ts';

/** One place in ten seconds, so that everything behind the first has to wait. */
const SCARCE = { ...READS_BUDGET, limit: 1, windowMs: 10_000, messageReserve: 1 };
/** A window, and what is added to it for the way. */
const PLACE_MS = 10_250;
/** The most that wait behind the first. */
const WAITING_MAX = 20_000;
/** The most other requests that wait. */
const OTHERS_MAX = 4_000;

describe('the line in which old texts wait', () => {
  const make = () => {
    const clock = new FakeClock();
    const line = new RequestLine(new SharedArbiter({ budgets: [TOKEN_BUDGET, SCARCE], clock }), clock);
    const entered = vi.spyOn(line, 'enter');
    const reads = new ReadLine(line, clock);
    const went: string[] = [];
    const read = (name: string, signal?: AbortSignal) =>
      void reads.enter(signal).then((refusal) => went.push(refusal ? `${name} ${refusal.outcome}` : name));
    /** Enters so many, of which the first has had the only place. */
    const crowd = async (...names: readonly string[]) => {
      read('first');
      await settle();
      for (const name of names) read(name);
      await settle();
      expect(went.splice(0)).toEqual(['first']);
    };
    return { clock, line, reads, entered, read, crowd, went };
  };

  it('goes in the order in which it was joined, also by those who join later', async () => {
    const { clock, read, crowd, went } = make();
    await crowd('second', 'third');
    await clock.advance(PLACE_MS);
    read('fourth');
    await clock.advance(2 * PLACE_MS);
    expect(went).toEqual(['second', 'third', 'fourth']);
    expect(clock.pending).toBe(0);
  });

  it('lets all go at once while there is room', async () => {
    const clock = new FakeClock();
    const shared = new SharedArbiter({ budgets: [TOKEN_BUDGET, READS_BUDGET], clock });
    const reads = new ReadLine(new RequestLine(shared, clock), clock);
    const refusals = await Promise.all(Array.from({ length: READS_BUDGET.limit }, () => reads.enter(undefined)));
    expect(refusals.filter(Boolean)).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('has one of them alone in the line of all others, however many wait', async () => {
    const { clock, entered, crowd, went } = make();
    await crowd('second', 'third', 'fourth');
    expect(entered).toHaveBeenCalledTimes(2);
    await clock.advance(PLACE_MS);
    expect(went).toEqual(['second']);
    expect(entered).toHaveBeenCalledTimes(3);
  });

  it('is begun again by the next when it was empty for a while', async () => {
    const { clock, read, crowd, went } = make();
    await crowd('second');
    await clock.advance(3 * PLACE_MS);
    read('later');
    await settle();
    expect(went).toEqual(['second', 'later']);
  });

  it('is left at once by the one who gives up, who keeps no place in it', async () => {
    const { clock, read, crowd, went } = make();
    const controller = new AbortController();
    await crowd('second');
    read('third', controller.signal);
    read('fourth');
    controller.abort();
    read('too late', controller.signal);
    await settle();
    expect(went.toSorted()).toEqual(['third aborted', 'too late aborted']);
    await clock.advance(2 * PLACE_MS);
    expect(went.slice(2)).toEqual(['second', 'fourth']);
    expect(clock.pending).toBe(0);
  });

  it('goes on with the next when the one who stands first gives up, at the cost of no place in the limits', async () => {
    const { clock, read, crowd, went } = make();
    const controller = new AbortController();
    await crowd();
    read('second', controller.signal);
    read('third');
    await settle();
    controller.abort();
    await settle();
    expect(went).toEqual(['second aborted']);
    await clock.advance(PLACE_MS);
    expect(went).toEqual(['second aborted', 'third']);
    expect(clock.pending).toBe(0);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])(
    'keeps the order when one gives up and one joins while the turn is passed on (after %i promises)',
    async (promises) => {
      const { clock, read, crowd, went } = make();
      const [second, third] = [new AbortController(), new AbortController()];
      await crowd();
      read('second', second.signal);
      read('third', third.signal);
      read('fourth');
      await settle();
      second.abort();
      for (let index = 0; index < promises; index++) await Promise.resolve();
      read('fifth');
      third.abort();
      await clock.advance(2 * PLACE_MS);
      expect(went).toEqual(['second aborted', 'third aborted', 'fourth', 'fifth']);
      expect(clock.pending).toBe(0);
    },
  );

  it('ends together with what all of them are for: whoever shares a signal leaves at once', async () => {
    const { clock, entered, read, crowd, went } = make();
    const controller = new AbortController();
    await crowd();
    for (const name of ['second', 'third', 'fourth']) read(name, controller.signal);
    await settle();
    controller.abort();
    await settle();
    expect(went.toSorted()).toEqual(['fourth aborted', 'second aborted', 'third aborted']);
    expect(clock.pending).toBe(0);
    read('too late', controller.signal);
    await settle();
    expect(went.at(-1)).toBe('too late aborted');
    // Nothing of them is left that the next would have to wait for.
    read('next');
    await clock.advance(PLACE_MS);
    expect(went.at(-1)).toBe('next');
    expect(entered).toHaveBeenCalled();
  });

  it('tells all who wait when it is closed, and whoever comes later', async () => {
    const { clock, line, read, crowd, went, reads } = make();
    const over = { outcome: 'offline', reason: 'over' } as const;
    await crowd('second', 'third', 'fourth');
    reads.close(over);
    line.close(over);
    read('too late');
    await settle();
    expect(went.toSorted()).toEqual(['fourth offline', 'second offline', 'third offline', 'too late offline']);
    await clock.advance(2 * PLACE_MS);
    expect(went).toHaveLength(4);
    expect(clock.pending).toBe(0);
  });

  it('waits while the line of all others is full, instead of being refused one after the other', async () => {
    const { clock, line, read, crowd, went, reads } = make();
    await crowd();
    // Behind the one place of ten seconds, until nobody else has one to wait in.
    const others = new AbortController();
    for (let index = 0; index < OTHERS_MAX; index++) void line.enter('other', [SCARCE.id], others.signal);
    for (const name of ['second', 'third']) read(name);
    await clock.advance(5_000);
    expect(went).toEqual([]);
    others.abort();
    await clock.advance(3 * PLACE_MS);
    expect(went).toEqual(['second', 'third']);
    expect(clock.pending).toBe(0);
    reads.close({ outcome: 'offline', reason: 'over' });
  });

  it('can be left and closed while the line of all others is full', async () => {
    const { clock, line, read, crowd, went, reads } = make();
    await crowd();
    const [others, controller] = [new AbortController(), new AbortController()];
    for (let index = 0; index < OTHERS_MAX; index++) void line.enter('other', [SCARCE.id], others.signal);
    read('second', controller.signal);
    read('third');
    await settle();
    controller.abort();
    await settle();
    expect(went).toEqual(['second aborted']);
    reads.close({ outcome: 'offline', reason: 'over' });
    others.abort();
    await settle();
    expect(went).toEqual(['second aborted', 'third offline']);
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it('says so when it is full, and has room again when one has gone', async () => {
    const { clock, read, crowd, went } = make();
    await crowd('second');
    for (let index = 0; index < WAITING_MAX; index++) read('waits');
    read('one more');
    await settle();
    expect(went).toEqual(['one more suppressed:budget']);
    await clock.advance(PLACE_MS);
    read('another');
    await settle();
    expect(went).toEqual(['one more suppressed:budget', 'second']);
  });
});

describe('a platform that is closed while old conversations wait to be read', () => {
  const track = checkLeaks();

  it('settles what waits, and asks for nothing any more', async () => {
    const genesys = track(new Platform());
    genesys.userOf = () => 'user-1';
    const platform = genesys.shared();
    for (let index = 0; index < READS_BUDGET.limit + 10; index++)
      genesys.conversations.set(`c-${index}`, `leg-${index}`);
    const agent = new AgentSession({ platform, userId: 'user-1' });
    const connecting = agent.connect();
    await genesys.ports.clock.advance(1_000);
    const before = genesys.ports.requests.length;
    const waits = [5, 6, 7].map((index) => agent.adopt(`c-${READS_BUDGET.limit + index}`));
    await settle();
    expect(genesys.ports.requests.length).toBe(before);
    await platform.close();
    const settled = await Promise.all([connecting, ...waits]);
    expect(settled.map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted', 'aborted', 'aborted']);
    await genesys.ports.clock.advance(120_000);
    expect(genesys.ports.requests.length).toBe(before);
  });
});
