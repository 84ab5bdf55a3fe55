import { Random } from '../random.ts';

/** One way. What the numbers are based on: docs/fidelity.md, “World”. */
const NETWORK = {
  latencyMedianMs: 90,
  latencySigma: 0.5,
  /** Typing frames alone: nothing resends them. Messages are resent until they are there. */
  lossChance: 0.005,
  /** A frame that may overtake the one before it. */
  reorderChance: 0.02,
  /** Mean time between two disconnects of one side, and how long one lasts. */
  disconnectEveryMs: 2_400_000,
  disconnectMedianMs: 4_000,
  disconnectSigma: 0.8,
} as const;

/** The way from one writer to one viewer: how long each thing takes, what is lost, when a side is not connected. */
export class Network {
  readonly #random: Random;
  readonly #senderOutages: Outages;
  readonly #viewerOutages: Outages;
  #latestArrivalMs = 0;

  constructor(name: string) {
    this.#random = new Random(`${name} network`);
    this.#senderOutages = new Outages(new Random(`${name} sender`));
    this.#viewerOutages = new Outages(new Random(`${name} viewer`));
  }

  /** When what leaves now arrives; `undefined` when it never does. A message always does. */
  arrivalMs(what: 'frame' | 'message', nowMs: number): number | undefined {
    const { latencyMedianMs, latencySigma, lossChance, reorderChance } = NETWORK;
    const lost = this.#random.chance(lossChance);
    const overtakes = this.#random.chance(reorderChance);
    const arrivalMs = nowMs + this.#random.logNormal(latencyMedianMs, latencySigma);
    if (lost && what === 'frame') return undefined;
    if (overtakes) return arrivalMs;
    this.#latestArrivalMs = Math.max(this.#latestArrivalMs, arrivalMs);
    return this.#latestArrivalMs;
  }

  /** Until when the sender is without a connection; `undefined` when it has one. */
  senderBackMs(nowMs: number): number | undefined {
    return this.#senderOutages.endAt(nowMs);
  }

  viewerBackMs(nowMs: number): number | undefined {
    return this.#viewerOutages.endAt(nowMs);
  }

  /** The first outage of the viewer that begins in `(afterMs, untilMs]`. */
  viewerOutageIn(afterMs: number, untilMs: number): number | undefined {
    return this.#viewerOutages.beginIn(afterMs, untilMs);
  }
}

/** When one side is without a connection. Drawn as far as asked, so that the length of a run changes nothing. */
class Outages {
  readonly #random: Random;
  readonly #spans: { readonly fromMs: number; readonly toMs: number }[] = [];
  #drawnToMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  endAt(nowMs: number): number | undefined {
    this.#drawTo(nowMs);
    for (const { fromMs, toMs } of this.#spans) if (nowMs >= fromMs && nowMs < toMs) return toMs;
    return undefined;
  }

  beginIn(afterMs: number, untilMs: number): number | undefined {
    this.#drawTo(untilMs);
    for (const { fromMs } of this.#spans) if (fromMs > afterMs && fromMs <= untilMs) return fromMs;
    return undefined;
  }

  #drawTo(nowMs: number): void {
    while (this.#drawnToMs <= nowMs) {
      const fromMs = this.#drawnToMs + this.#random.exponential(NETWORK.disconnectEveryMs);
      const toMs = fromMs + this.#random.logNormal(NETWORK.disconnectMedianMs, NETWORK.disconnectSigma);
      this.#spans.push({ fromMs, toMs });
      this.#drawnToMs = toMs;
    }
  }
}
