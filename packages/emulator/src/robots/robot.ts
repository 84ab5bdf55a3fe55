import type { SeededRandom } from '../seeded-random.ts';
import type { Timeline } from '../timeline.ts';
import type { RobotSpec, RobotStep } from './robot-spec.ts';
import { pausesMs } from './typist.ts';

/** What a robot is good for: the wire of one side. Guests have a socket, agents the platform's API. */
export interface RobotHands {
  /** Tells that it types, for `durationMs`. */
  typing(durationMs: number): Promise<void>;
  send(text: string): Promise<void>;
  /** The next message of the other side that it has not heard, if there is one. */
  heard(): string | undefined;
  transfer(to: string): Promise<void>;
  /** Goes; also at the end of its steps and when it is stopped. */
  leave(): Promise<void>;
  readonly conversationId: string | undefined;
}

/** How it stands with a robot, as `GET /_emulator/robots` lists it. */
export interface RobotRecord {
  readonly id: string;
  readonly role: RobotSpec['role'];
  readonly state: 'running' | 'done' | 'stopped' | 'failed';
  /** Steps done, of how many. */
  readonly done: number;
  readonly steps: number;
  readonly conversationId?: string | undefined;
  /** Why it failed. */
  readonly reason?: string | undefined;
}

/** What a robot gives to whoever brings it in. */
export interface Arrival {
  /** The first thing that is found, now or whenever something has happened. */
  found<Thing>(look: () => Thing | undefined): Promise<Thing>;
  acting<Result>(act: Promise<Result>): Promise<Result>;
  wake(): void;
}

/** Typing is told at the first key and then again after this long, as the official clients do. */
const TYPING_GAP_MS = 5_000;
const TYPING_DURATION_MS = 6_000;
/** Between the last key and Enter. */
const BEFORE_SENDING_MS = 350;

class Stopped extends Error {}

/** A person by script: waits on the emulator's clock, hears and acts through its side's own wire. */
export class Robot {
  readonly id: string;
  readonly #spec: RobotSpec & { readonly keyMs: number };
  readonly #timeline: Timeline;
  readonly #random: SeededRandom;
  readonly #wakers = new Set<() => void>();
  #state: RobotRecord['state'] = 'running';
  #done = 0;
  #reason: string | undefined;
  #hands: RobotHands | undefined;
  /** Settles when the robot has ended, however that was. */
  readonly ended: Promise<RobotRecord>;

  constructor(
    id: string,
    spec: RobotSpec & { readonly keyMs: number },
    timeline: Timeline,
    random: SeededRandom,
    enter: (arrival: Arrival) => Promise<RobotHands>,
  ) {
    this.id = id;
    this.#spec = spec;
    this.#timeline = timeline;
    this.#random = random;
    this.ended = this.#run(enter);
  }

  /** How it stands with it. */
  record(): RobotRecord {
    const { role, steps } = this.#spec;
    return {
      id: this.id,
      role,
      state: this.#state,
      done: this.#done,
      steps: steps.length,
      conversationId: this.#hands?.conversationId,
      reason: this.#reason,
    };
  }

  /** Looks and listens again: something has happened. */
  wake(): void {
    for (const waker of [...this.#wakers]) waker();
  }

  /** Ends it where it is; it leaves like one that is done. */
  stop(): void {
    if (this.#state !== 'running') return;
    this.#state = 'stopped';
    this.wake();
  }

  async #run(enter: (arrival: Arrival) => Promise<RobotHands>): Promise<RobotRecord> {
    try {
      const hands = await enter({
        found: (look) => this.#found(look),
        acting: (act) => this.#acting(act),
        wake: () => this.wake(),
      });
      this.#hands = hands;
      for (const step of this.#spec.steps) {
        await this.#do(step, hands);
        this.#done += 1;
      }
      this.#state = 'done';
    } catch (error) {
      if (!(error instanceof Stopped)) {
        this.#state = 'failed';
        this.#reason = error instanceof Error ? error.message : String(error);
      }
    }
    // Whoever cannot go properly is gone all the same.
    await this.#hands?.leave().catch((error: unknown) => {
      this.#reason ??= String(error);
    });
    return this.record();
  }

  async #do(step: RobotStep, hands: RobotHands): Promise<void> {
    if ('waitMs' in step) await this.#wait(step.waitMs);
    else if ('hear' in step) await this.#hear(hands);
    else if ('type' in step) await this.#type(step.type, hands);
    else if ('transferTo' in step) await this.#acting(hands.transfer(step.transferTo));
    else if ('leave' in step) await this.#acting(hands.leave());
    else {
      if ('answer' in step) await this.#hear(hands);
      const text = 'answer' in step ? step.answer : step.say;
      await this.#type(text, hands);
      await this.#acting(hands.send(text));
    }
  }

  async #type(text: string, hands: RobotHands): Promise<void> {
    let toldAtMs = Number.NEGATIVE_INFINITY;
    for (const pauseMs of pausesMs(text, this.#spec.keyMs, this.#random)) {
      await this.#wait(pauseMs);
      const now = this.#timeline.nowMs();
      if (now - toldAtMs < TYPING_GAP_MS) continue;
      toldAtMs = now;
      await this.#acting(hands.typing(TYPING_DURATION_MS));
    }
    await this.#wait(BEFORE_SENDING_MS);
  }

  async #hear(hands: RobotHands): Promise<void> {
    await this.#found(() => hands.heard());
  }

  async #found<Thing>(look: () => Thing | undefined): Promise<Thing> {
    for (;;) {
      const thing = look();
      if (thing !== undefined) return thing;
      await this.#woken(() => undefined);
    }
  }

  async #wait(forMs: number): Promise<void> {
    // The timeline counts whole milliseconds, and clocks of systems ring up to one too early: whoever wakes looks again.
    const untilMs = this.#timeline.nowMs() + Math.ceil(forMs);
    while (this.#timeline.nowMs() < untilMs) await this.#woken((wake) => this.#timeline.wake(untilMs, wake));
  }

  /** Waits to be woken; ends the run when the robot is stopped meanwhile. */
  #woken(arm: (wake: () => void) => (() => void) | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      let cancel: (() => void) | undefined;
      const wake = (): void => {
        this.#wakers.delete(wake);
        cancel?.();
        if (this.#state === 'stopped') reject(new Stopped());
        else resolve();
      };
      this.#wakers.add(wake);
      cancel = arm(wake);
      if (this.#state === 'stopped') wake();
    });
  }

  /** An act on the wire: a clock that is moved by hand waits for it. */
  async #acting<Result>(act: Promise<Result>): Promise<Result> {
    this.#timeline.working(act);
    const result = await act;
    if (this.#state === 'stopped') throw new Stopped();
    return result;
  }
}
