import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, settle } from '../../client/test/support/fake-clock.ts';
import {
  PLACES_MAX,
  RETURN_BESIDE_MS,
  RETURN_WITHIN_MS,
  type ResumePoint,
  ResumePoints,
  SAVE_AFTER_MS,
  SUBJECTS_MAX,
} from '../src/field-reports/resume-points.ts';
import { SESSIONS_MAX, TypingGap } from '../src/field-reports/typing-gap.ts';
import { silentLog } from '../src/observe/log.ts';

/** The log of a relay, as far as listeners' places go; `restart` keeps what is stored. */
class Places {
  readonly clock = new FakeClock();
  readonly stored = new Map<string, number>();
  newest = 0;
  fails = false;
  points = this.#begin();

  #begin(): ResumePoints {
    return new ResumePoints({
      relay: {
        position: () => this.newest,
        cursor: async (subject) => this.stored.get(subject),
        saveCursor: async (subject, position) => {
          if (this.fails) throw new Error('The disk is full.');
          this.stored.set(subject, position);
        },
      },
      ports: { clock: this.clock },
      log: silentLog,
    });
  }

  restart(): void {
    this.points = this.#begin();
  }

  begin(subject = 'a'): Promise<ResumePoint> {
    return this.points.begin(subject);
  }

  /** Something happens, and has arrived at these. */
  happens(...arrivedAt: readonly ResumePoint[]): void {
    this.newest += 1;
    for (const point of arrivedAt) point.reached(this.newest);
  }
}

let places: Places;
beforeEach(() => {
  places = new Places();
});

describe('where a listener begins', () => {
  it('is now, the first time', async () => {
    places.newest = 7;
    expect((await places.begin()).position).toBe(7);
  });

  it('is where it left, and each caller has its own place', async () => {
    const [point, other] = [await places.begin(), await places.begin('b')];
    places.happens(point, other);
    point.leave();
    places.happens(other);
    expect((await places.begin()).position).toBe(1);
    other.leave();
    expect((await places.begin('b')).position).toBe(2);
  });

  it('is what arrived, not what was written', async () => {
    const point = await places.begin();
    places.happens(point);
    places.happens();
    point.leave();
    expect((await places.begin()).position).toBe(1);
  });

  it('is now for a further socket, while nobody is away', async () => {
    const point = await places.begin();
    places.happens(point);
    expect((await places.begin()).position).toBe(1);
  });

  it('is the lowest that any socket left, until as many have come back', async () => {
    const [one, two] = [await places.begin(), await places.begin()];
    places.happens(one, two);
    one.leave();
    places.happens(two);
    two.leave();
    places.happens();
    expect((await places.begin()).position).toBe(1);
    expect((await places.begin()).position).toBe(1);
    expect((await places.begin()).position).toBe(3);
  });

  it('is not held for ever by one that left and never came back', async () => {
    const [program, visitor] = [await places.begin(), await places.begin()];
    visitor.leave();
    places.happens(program);
    program.leave();
    // Nobody knows which of the two this is.
    const again = await places.begin();
    expect(again.position).toBe(0);
    again.reached(1);
    await places.clock.advance(RETURN_BESIDE_MS);
    places.happens(again);
    again.leave();
    places.happens();
    expect((await places.begin()).position).toBe(2);
  });

  it('is not held for ever where the other goes and comes all the time', async () => {
    const [program, visitor] = [await places.begin(), await places.begin()];
    visitor.leave();
    let point = program;
    for (let passedMs = 0; passedMs < 2 * RETURN_BESIDE_MS; passedMs += RETURN_BESIDE_MS / 5) {
      places.happens(point);
      await places.clock.advance(RETURN_BESIDE_MS / 5);
      point.leave();
      point = await places.begin();
      point.reached(places.newest);
    }
    expect(point.position).toBe(places.newest);
    await places.clock.advance(SAVE_AFTER_MS);
    expect(places.stored.get('a')).toBeGreaterThan(0);
  });

  it('is where each left however long nobody at all was connected', async () => {
    const [one, two] = [await places.begin(), await places.begin()];
    places.happens(one, two);
    one.leave();
    places.happens(two);
    two.leave();
    places.happens();
    await places.clock.advance(10 * RETURN_BESIDE_MS);
    const first = await places.begin();
    first.reached(3);
    await places.clock.advance(RETURN_BESIDE_MS - 1);
    expect([first.position, (await places.begin()).position]).toEqual([3, 1]);
  });

  it('is kept for whoever left last, also after another has come back for the first', async () => {
    const [one, two] = [await places.begin(), await places.begin()];
    one.leave();
    places.happens(two);
    await places.clock.advance(RETURN_BESIDE_MS - 1);
    two.leave();
    places.happens();
    const back = await places.begin();
    expect(back.position).toBe(0);
    back.reached(2);
    await places.clock.advance(RETURN_BESIDE_MS - 1);
    expect((await places.begin()).position).toBe(1);
  });

  it('is an earlier one, and never a later, for those who leave beyond the bound', async () => {
    const others = await Promise.all(Array.from({ length: PLACES_MAX + 2 }, () => places.begin()));
    const stays = await places.begin();
    for (const [index, each] of others.entries()) {
      if (index === PLACES_MAX) await places.clock.advance(RETURN_BESIDE_MS - 1);
      places.happens(stays, each);
      each.leave();
    }
    await places.clock.advance(1);
    const back = [await places.begin(), await places.begin(), await places.begin(), await places.begin()];
    expect(back.map(({ position }) => position)).toEqual([...Array(3).fill(PLACES_MAX), PLACES_MAX + 2]);
  });

  it('is where it was at a restart, for all who come back within a minute', async () => {
    const [one, two] = [await places.begin(), await places.begin()];
    places.happens(one, two);
    one.leave();
    two.leave();
    await settle();
    places.restart();
    places.newest = 5;
    const [first, second] = [await places.begin(), await places.begin()];
    expect([first.position, second.position]).toEqual([1, 1]);
    first.reached(5);
    second.reached(5);
    expect(places.stored.get('a')).toBe(1);
    await places.clock.advance(RETURN_WITHIN_MS);
    const third = await places.begin();
    expect(third.position).toBe(5);
    // From then on the place that is stored is where they are.
    await places.clock.advance(SAVE_AFTER_MS);
    expect(places.stored.get('a')).toBe(5);
    third.leave();
    expect((await places.begin()).position).toBe(5);
  });

  it('survives a crash: at most what came within a second comes twice', async () => {
    const point = await places.begin();
    places.happens(point);
    await places.clock.advance(SAVE_AFTER_MS);
    places.happens(point);
    places.restart();
    expect((await places.begin()).position).toBe(1);
  });

  it('survives a crash before anything happened', async () => {
    places.newest = 4;
    await places.begin();
    await places.clock.advance(SAVE_AFTER_MS);
    places.newest = 9;
    places.restart();
    expect((await places.begin()).position).toBe(4);
  });

  it('is not lost when it can’t be stored: an earlier one is', async () => {
    const point = await places.begin();
    await places.clock.advance(SAVE_AFTER_MS);
    places.fails = true;
    places.happens(point);
    point.leave();
    await settle();
    expect(places.stored.get('a')).toBe(0);
    expect((await places.begin()).position).toBe(1);
  });

  it('is read from the store for who was forgotten, beyond the bound', async () => {
    const point = await places.begin('first');
    places.happens(point);
    point.leave();
    for (let count = 0; count < SUBJECTS_MAX; count += 1) (await places.begin(`other ${count}`)).leave();
    places.newest = 9;
    expect((await places.begin('first')).position).toBe(1);
  });
});

describe('the gap of a session', () => {
  it('lets one through in its time, for each session, and says how long to wait', async () => {
    const clock = new FakeClock();
    const gap = new TypingGap(clock, 2_000);
    expect([gap.use('a'), gap.use('b'), gap.use('a')]).toEqual([0, 0, 2_000]);
    await clock.advance(1_999);
    expect(gap.use('a')).toBe(1);
    await clock.advance(1);
    expect([gap.use('a'), gap.use('a')]).toEqual([0, 2_000]);
  });

  it('remembers no more sessions than its bound', () => {
    const gap = new TypingGap(new FakeClock(), 2_000);
    for (let count = 0; count <= SESSIONS_MAX; count += 1) gap.use(`session ${count}`);
    expect([gap.use(`session ${SESSIONS_MAX}`), gap.use('session 0')]).toEqual([2_000, 0]);
  });
});
