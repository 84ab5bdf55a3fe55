import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, settle } from '../../client/test/support/fake-clock.ts';
import {
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
