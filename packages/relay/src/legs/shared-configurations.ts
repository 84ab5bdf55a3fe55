import type { Ports } from '@backchannel/client';
import { deploymentConfigPath } from '@backchannel/protocol';

/** How long an answer is given to others: a change of the deployment reaches new connections after this. */
export const CONFIGURATION_KEPT_MS = 60_000;

/** A failure is given to those who ask at the same moment, and then tried again. */
const FAILURE_KEPT_MS = 1_000;

/** The most deployments whose answers are kept; the oldest goes first. */
const DEPLOYMENTS_MAX = 100;

/** The longest that one request may take. */
const REQUEST_TIMEOUT_MS = 15_000;

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Kept {
  answer: Promise<Answer>;
  /** It is a configuration, and stays in use until there is a newer one. */
  isGood: boolean;
  /** Until here nobody asks; `Infinity` while somebody does. */
  untilMs: number;
  /** Status of the last answer, where that was a refusal. */
  refusedWith: number | undefined;
  askedAtMs: number;
}

/** Statuses that speak of the moment, not of what was asked for. */
const PASSING: ReadonlySet<number> = new Set([408, 429]);

/** Whether asking again in a moment is of no use. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && !PASSING.has(status);

/**
 * Every session reads its deployment's configuration before it connects. Ten thousand guests of one deployment read the same
 * one: this is the `fetch` that asks once for all of them. An old configuration is given at once while a newer one is asked
 * for, so that a guest whose turn it is does not wait, and none waits for a CDN that is away. Whatever else is fetched goes its
 * own way.
 */
export class SharedConfigurations {
  readonly #ports: Pick<Ports, 'clock' | 'fetch'>;
  readonly #cdn: string;
  readonly #answers = new Map<string, Kept>();
  readonly #asking = new Set<AbortController>();

  constructor(ports: Pick<Ports, 'clock' | 'fetch'>, cdn: string) {
    this.#ports = ports;
    this.#cdn = cdn;
  }

  /** The `fetch` port of the deployment's sessions. */
  fetchFor(deploymentId: string): typeof fetch {
    const url = this.#urlOf(deploymentId);
    return async (input, init) => {
      if (input !== url) return this.#ports.fetch(input, init);
      const { status, text } = await this.#answerFor(url);
      return new Response(text, { status });
    };
  }

  /** Settles when the configuration is there, or can't be had now: the sessions find out which. */
  async ready(deploymentId: string): Promise<void> {
    await Promise.allSettled([this.#answerFor(this.#urlOf(deploymentId))]);
  }

  /**
   * The status with which the deployment was refused when it was asked for last: nobody can connect to it. Where that is old,
   * it is asked for again meanwhile, so that whoever looks on sees it mended.
   */
  refusal(deploymentId: string): number | undefined {
    const url = this.#urlOf(deploymentId);
    const kept = this.#answers.get(url);
    if (kept?.refusedWith === undefined) return undefined;
    if (this.#ports.clock.now() >= kept.askedAtMs + CONFIGURATION_KEPT_MS) void this.ready(deploymentId);
    return kept.refusedWith;
  }

  /** Asks for nothing any more. */
  close(): void {
    for (const asking of this.#asking) asking.abort();
  }

  #urlOf(deploymentId: string): string {
    return `${this.#cdn}${deploymentConfigPath(deploymentId)}`;
  }

  #answerFor(url: string): Promise<Answer> {
    const kept = this.#answers.get(url);
    if (kept?.isGood) {
      if (this.#ports.clock.now() >= kept.untilMs) this.#renew(url, kept);
      return kept.answer;
    }
    if (kept && this.#ports.clock.now() < kept.untilMs) return kept.answer;
    const first: Kept = {
      answer: this.#ask(url),
      isGood: false,
      untilMs: Infinity,
      refusedWith: kept?.refusedWith,
      askedAtMs: this.#ports.clock.now(),
    };
    this.#answers.delete(url);
    this.#answers.set(url, first);
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined && this.#answers.size > DEPLOYMENTS_MAX) this.#answers.delete(oldest);
    this.#settle(first, first.answer);
    return first.answer;
  }

  #renew(url: string, kept: Kept): void {
    kept.untilMs = Infinity;
    kept.askedAtMs = this.#ports.clock.now();
    this.#settle(kept, this.#ask(url));
  }

  #settle(kept: Kept, answer: Promise<Answer>): void {
    const { clock } = this.#ports;
    const failed = () => {
      kept.untilMs = clock.now() + FAILURE_KEPT_MS;
    };
    answer.then(({ status }) => {
      kept.refusedWith = isRefusal(status) ? status : undefined;
      if (status !== 200) return failed();
      kept.answer = answer;
      kept.isGood = true;
      kept.untilMs = clock.now() + CONFIGURATION_KEPT_MS;
    }, failed);
  }

  async #ask(url: string): Promise<Answer> {
    const { clock, fetch } = this.#ports;
    const patience = new AbortController();
    this.#asking.add(patience);
    const cancel = clock.after(REQUEST_TIMEOUT_MS, () => patience.abort());
    try {
      const response = await fetch(url, { signal: patience.signal });
      return { status: response.status, text: await response.text() };
    } finally {
      cancel();
      this.#asking.delete(patience);
    }
  }
}
