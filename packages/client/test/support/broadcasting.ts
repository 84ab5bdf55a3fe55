import { type BroadcasterOptions, type RelayAccess, TypingBroadcaster } from '@backchannel/client/broadcaster';
import type { FakeClock } from './fake-clock.ts';
import { FakePorts, type FakeServer } from './fake-ports.ts';
import { CLIENT, FieldRelay } from './field-relay.ts';

export const WEBHOOK_URL = 'http://hooks.invalid/services/T0/hook-secret-7a';

/** Passes by itself, or fails with the signal. */
const pass = (clock: FakeClock, delayMs: number, signal: AbortSignal | null | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    const cancelTimer = clock.after(delayMs, resolve);
    signal?.addEventListener('abort', () => {
      cancelTimer();
      reject(signal.reason);
    });
  });

/** A broadcaster and the relay that it talks to, where time stands still. */
export function broadcasting(options: Partial<BroadcasterOptions & RelayAccess> = {}) {
  const ports = new FakePorts();
  const relay = new FieldRelay(ports.clock);
  const hooks: Record<string, unknown>[] = [];
  const receiver: { answer: FakeServer } = { answer: () => ({ status: 204 }) };
  ports.server = (request) => {
    if (!request.path.startsWith('/services/')) return relay.answer(request);
    hooks.push(JSON.parse(request.body));
    return receiver.answer(request);
  };
  /** How long a request takes to arrive, and its answer to come back. */
  const lag = { thereMs: (_url: string) => 0, backMs: (_url: string) => 0 };
  const laggedFetch: typeof fetch = async (input, init) => {
    const [thereMs, backMs] = [lag.thereMs(String(input)), lag.backMs(String(input))];
    if (thereMs > 0) await pass(ports.clock, thereMs, init?.signal);
    const response = await ports.fetch(input, init);
    if (backMs > 0) await pass(ports.clock, backMs, init?.signal);
    return response;
  };
  const broadcaster = new TypingBroadcaster({
    apiBaseUrl: 'http://relay.invalid',
    ...CLIENT,
    ports: { ...ports, fetch: laggedFetch },
    ...options,
  });
  return { ports, relay, broadcaster, hooks, receiver, clock: ports.clock, lag };
}
