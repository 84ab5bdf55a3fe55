import { afterEach, expect } from 'vitest';
import { FakeClock, settle } from '../../../client/test/support/fake-clock.ts';
import { Relay } from '../../src/core/relay.ts';
import type { RelayEvent } from '../../src/domain/event.ts';
import type { ClientPrincipal, ConversationPrincipal, Principal, Scope } from '../../src/domain/principal.ts';
import { silentLog } from '../../src/observe/log.ts';
import { noMetrics, type RelayMetrics } from '../../src/observe/metrics.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { relaySettings } from './relay-settings.ts';
import { ScriptedLegs } from './scripted-legs.ts';

export { settle };

const ALL: readonly Scope[] = ['signals:read', 'signals:write', 'messages:write'];

/** A program that may do everything, unless said otherwise. */
export const client = (
  clientId = 'main',
  changes: Partial<Pick<ClientPrincipal, 'actAs'>> & { readonly scopes?: readonly Scope[] } = {},
): ClientPrincipal => ({
  kind: 'client',
  clientId,
  actAs: { guest: true, agents: 'everyone' },
  expiresAtMs: Infinity,
  ...changes,
  scopes: new Set(changes.scopes ?? ALL),
});

/** A browser with a token for one conversation. */
export const browser = (
  bindingId: string,
  participant: ConversationPrincipal['participant'] = 'guest',
  clientId = 'main',
): ConversationPrincipal => ({
  kind: 'conversation',
  clientId,
  bindingId,
  participant,
  scopes: new Set(ALL),
  expiresAtMs: Infinity,
});

export interface CoreOptions {
  readonly store?: Store;
  readonly legs?: ScriptedLegs;
  readonly clock?: FakeClock;
  readonly provisioning?: 'automatic' | 'off';
  readonly laneMax?: number;
  readonly conversationsMax?: number;
  readonly metrics?: RelayMetrics;
  /** How far the time of day is off the steady clock; a test moves it while the relay runs. */
  readonly wall?: { offsetMs: number };
  /** Ids of different relays on one store must differ. */
  readonly name?: string;
}

const running: { readonly relay: Relay; readonly clock: FakeClock }[] = [];

/** A relay with a scripted platform, a store in memory and a clock that stands still. */
export async function startCore(options: CoreOptions = {}) {
  const { store = new MemoryStore(), legs = new ScriptedLegs(), clock = new FakeClock(), name = 'id' } = options;
  const { wall = { offsetMs: 0 } } = options;
  let ids = 0;
  const base = relaySettings({ provisioning: options.provisioning ?? 'off' });
  const { laneMax = base.limits.laneMax, conversationsMax = base.limits.conversationsMax } = options;
  const relay = new Relay({
    store,
    legs,
    settings: { ...base, limits: { ...base.limits, laneMax, conversationsMax } },
    ports: {
      clock,
      random: { next: () => 0.5 },
      ids: { uuid: () => `${name}-${++ids}` },
      wallTime: () => new Date(Date.UTC(2026, 0, 5) + wall.offsetMs + clock.now()).toISOString(),
    },
    log: silentLog,
    metrics: options.metrics ?? noMetrics,
  });
  await relay.start();
  running.push({ relay, clock });
  return {
    relay,
    store,
    legs,
    clock,
    /** Makes a conversation and gives its platform side. */
    async bind(conversationId = 'c1', principal = client()) {
      const { view } = await relay.bind(principal, conversationId, { guest: { kind: 'webmessaging' } });
      return Object.assign(legs.of(conversationId), { bindingId: view.binding.id });
    },
    /** Writes down everything that is told. */
    async listen(
      principal: Principal = client(),
      after?: { readonly afterPosition?: number; readonly afterSequence?: number },
    ) {
      const events: RelayEvent[] = [];
      await relay.subscribe(principal, { event: (event) => events.push(event), ...after });
      return events;
    },
  };
}

export type Core = Awaited<ReturnType<typeof startCore>>;

/** Events in a few words each. */
export const words = (events: readonly RelayEvent[]): readonly string[] => events.map(({ body }) => wordsOf(body));

function wordsOf(body: RelayEvent['body']): string {
  switch (body.kind) {
    case 'typing':
      return body.typing ? `${body.participant} types ${body.durationMs}` : `${body.participant} ${body.because}`;
    case 'message':
      return `${body.participant} says ${body.text} (${body.status})`;
    case 'message-status':
      return `${body.participant}: ${body.status}`;
    case 'receipt':
      return `${body.participant} ${body.watermark} ${body.upTo}`;
    case 'conversation':
      return body.state;
  }
}

/** Registers, for the file that calls it, that each relay is stopped and leaves no timer. */
export function stopAfterEach(): void {
  afterEach(async () => {
    const owners = running.splice(0);
    for (const { relay, clock } of owners) {
      const stopped = relay.stop();
      await clock.advance(10_000);
      await stopped;
    }
    for (const { clock } of owners) expect(clock.pending, 'timers that are left').toBe(0);
  });
}
