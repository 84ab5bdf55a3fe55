import { Counter, Gauge as GaugeMetric, Histogram, Registry } from 'prom-client';
import { GAUGES, type Gauge, type RelayMetrics } from '../observe/metrics.ts';

/** From a fast answer to a slow one, in seconds. */
const ANSWER_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A delivery waits for Genesys, and for its turn in the lane. */
const DELIVERY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** A histogram's child; kept, because finding it by its labels costs more than counting. */
interface Observed {
  observe(value: number): void;
}

/** A child for each combination of labels, found by one key. */
function children<Child>(make: (...labels: string[]) => Child): (...labels: string[]) => Child {
  const known = new Map<string, Child>();
  return (...labels) => {
    const key = labels.join(' ');
    let child = known.get(key);
    if (child === undefined) {
      child = make(...labels);
      known.set(key, child);
    }
    return child;
  };
}

/** Counts, one for each combination of labels. */
type Count = (...labels: string[]) => void;

/**
 * A counter that the library hears of when it is read: its own builds objects and a key from the labels at each count. One
 * signal is counted three times.
 */
function counter(name: string, help: string, labelNames: readonly string[], registry: Registry): Count {
  const tallies: { readonly labels: Record<string, string>; count: number }[] = [];
  const tallyOf = children((...labels) => {
    const tally = { labels: Object.fromEntries(labelNames.map((label, at) => [label, labels[at] ?? ''])), count: 0 };
    tallies.push(tally);
    return tally;
  });
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      for (const tally of tallies) {
        this.inc(tally.labels, tally.count);
        tally.count = 0;
      }
    },
  });
  return (...labels) => {
    tallyOf(...labels).count += 1;
  };
}

/** Metrics in the format of Prometheus. */
export class PrometheusMetrics implements RelayMetrics {
  readonly #registry = new Registry();
  readonly #signals: Count;
  readonly #signalSeconds: (...labels: string[]) => Observed;
  readonly #messages: Count;
  readonly #requests: Count;
  readonly #requestSeconds: (...labels: string[]) => Observed;
  readonly #deliverySeconds: Histogram;
  readonly #slowReaders: Counter;
  readonly #platformRequests: Count;
  readonly #watched = new Map<Gauge, () => number>();

  constructor() {
    const registers = [this.#registry];
    this.#signals = counter(
      'backchannel_signals_total',
      'Typing and receipts, by what became of them.',
      ['kind', 'outcome'],
      this.#registry,
    );
    const signalSeconds = new Histogram({
      name: 'backchannel_signal_seconds',
      help: 'From a typing or receipt command to its answer.',
      labelNames: ['kind'],
      buckets: ANSWER_BUCKETS,
      registers,
    });
    this.#signalSeconds = children((kind = '') => signalSeconds.labels(kind));
    this.#messages = counter(
      'backchannel_messages_total',
      'Messages, by what happened to them.',
      ['outcome'],
      this.#registry,
    );
    this.#requests = counter(
      'backchannel_http_requests_total',
      'Answered requests.',
      ['method', 'route', 'status'],
      this.#registry,
    );
    const requestSeconds = new Histogram({
      name: 'backchannel_http_request_seconds',
      help: 'From the head of a request to the end of its answer.',
      labelNames: ['route'],
      buckets: ANSWER_BUCKETS,
      registers,
    });
    this.#requestSeconds = children((route = '') => requestSeconds.labels(route));
    this.#deliverySeconds = new Histogram({
      name: 'backchannel_delivery_seconds',
      help: 'From a message’s acceptance until Genesys had it.',
      buckets: DELIVERY_BUCKETS,
      registers,
    });
    this.#slowReaders = new Counter({
      name: 'backchannel_slow_readers_total',
      help: 'Streams that were closed because their reader was too slow.',
      registers,
    });
    this.#platformRequests = counter(
      'backchannel_platform_requests_total',
      'Requests to the platform API, by status; 0: no answer.',
      ['status'],
      this.#registry,
    );
    for (const [name, help] of Object.entries(GAUGES)) {
      const watched = this.#watched;
      new GaugeMetric({
        name: `backchannel_${name}`,
        help,
        registers,
        collect() {
          this.set(watched.get(name as Gauge)?.() ?? 0);
        },
      });
    }
    new GaugeMetric({
      name: 'process_resident_memory_bytes',
      help: 'Memory of the process.',
      registers,
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
    new GaugeMetric({
      name: 'process_cpu_seconds',
      help: 'Processor time that the process has used.',
      registers,
      collect() {
        const { user, system } = process.cpuUsage();
        this.set((user + system) / 1e6);
      },
    });
  }

  signal(kind: 'typing' | 'receipt', outcome: string, durationMs?: number): void {
    this.#signals(kind, outcome);
    if (durationMs !== undefined) this.#signalSeconds(kind).observe(durationMs / 1000);
  }

  message(outcome: 'accepted' | 'repeated' | 'sent' | 'postponed' | 'failed'): void {
    this.#messages(outcome);
  }

  delivery(latencyMs: number): void {
    this.#deliverySeconds.observe(latencyMs / 1000);
  }

  platformRequest(status: number): void {
    this.#platformRequests(String(status));
  }

  slowReader(): void {
    this.#slowReaders.inc();
  }

  watch(gauge: Gauge, read: () => number): void {
    this.#watched.set(gauge, read);
  }

  /** `route`: the pattern, so that there are as many series as routes and not as many as ids. */
  request(method: string, route: string, status: number, durationMs: number): void {
    this.#requests(method, route, String(status));
    this.#requestSeconds(route).observe(durationMs / 1000);
  }

  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
