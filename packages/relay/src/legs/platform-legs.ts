import type { Ports, Settled } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import type { RelaySettings } from '../config/settings.ts';
import type { Binding } from '../domain/binding.ts';
import type { Log } from '../observe/log.ts';
import { AgentLegs } from './agent-legs.ts';
import { typistOf, writerOf } from './attribution.ts';
import { ConnectionLine } from './connection-line.ts';
import { HeadlessGuest, type Refusal, sessionOptions } from './headless-guest.ts';
import type { Health } from './health.ts';
import type { AgentLeg, GuestLeg, LegListener, Legs } from './legs.ts';
import { Refusals } from './refusals.ts';
import { SharedConfigurations } from './shared-configurations.ts';

/** What to do where Genesys does not know the deployment of the configuration. */
const DEPLOYMENT_FIX =
  'Check genesys.deploymentId (Admin > Message > Messenger Deployments: the deployment has to be active) and genesys.region.';

export interface PlatformLegsOptions {
  readonly settings: RelaySettings['genesys'];
  /** A clock that many can share cheaply; `openWsSocket` as `openSocket`. */
  readonly ports: Ports;
  readonly log: Log;
}

/** The ways to Genesys by its own protocols: a guest's socket for each binding, and REST with notifications for the agents. */
export class PlatformLegs implements Legs {
  readonly #options: PlatformLegsOptions;
  readonly #line: ConnectionLine;
  readonly #configurations: SharedConfigurations;
  readonly #guests = new Map<string, HeadlessGuest>();
  readonly #refusedGuests = new Refusals();
  /** Absent without an OAuth client: the relay then speaks for guests alone. */
  readonly #agents: AgentLegs | undefined;

  constructor(options: PlatformLegsOptions) {
    this.#options = options;
    const { settings, ports, log } = options;
    const { hosts, client, agents, requestsPerMinute, linkAttribute, connectionsPerMinute } = settings;
    this.#line = new ConnectionLine({ connectionsPerMinute, ...ports });
    this.#configurations = new SharedConfigurations(ports, hosts.cdn);
    this.#agents = client && new AgentLegs({ hosts, client, agents, requestsPerMinute, linkAttribute, ports, log });
    void this.#checkDeployment();
  }

  /**
   * For metrics: guests whose connection is live, guests who wait for their turn, conversations that agents are in, and those
   * of before the start that wait to be linked again.
   */
  get counts(): {
    readonly live: number;
    readonly queued: number;
    readonly linked: number;
    readonly relinking: number;
  } {
    let live = 0;
    for (const { state } of this.#guests.values()) if (state === 'live') live += 1;
    const { size: linked = 0, awaiting: relinking = 0 } = this.#agents ?? {};
    return { live, queued: this.#line.length, linked, relinking };
  }

  /** What keeps the relay from its work, and what keeps it from a part of it, in words for a person; no word names a guest. */
  health(): Health {
    const { deploymentId } = this.#options.settings;
    const agents = this.#agents?.health() ?? { reasons: [], warnings: [] };
    const status = this.#configurations.refusal(deploymentId);
    const words = `Genesys refuses the deployment ${deploymentId} of the configuration (status ${status}). ${DEPLOYMENT_FIX}`;
    // Guests who are there came by another deployment, or before this one was taken away.
    const someAreLive = status !== undefined && this.counts.live > 0;
    const refused = this.#refusedGuests.size;
    const guests = `Genesys refuses ${refused} ${refused === 1 ? 'guest' : 'guests'}; the log (guest.refused) and GET /v1/conversations/{id} say why.`;
    return {
      reasons: [...agents.reasons, ...(status !== undefined && !someAreLive ? [`No guest can connect. ${words}`] : [])],
      warnings: [
        ...agents.warnings,
        ...(someAreLive ? [`No further guest can connect. ${words}`] : []),
        ...(refused > 0 ? [guests] : []),
      ],
    };
  }

  /** Before a guest is there to find out: a mistyped id would otherwise show itself in the first customer's conversation. */
  async #checkDeployment(): Promise<void> {
    const { settings, log } = this.#options;
    const { deploymentId } = settings;
    await this.#configurations.ready(deploymentId);
    const status = this.#configurations.refusal(deploymentId);
    if (status !== undefined) log.warn('deployment.refused', { deploymentId, status, reason: DEPLOYMENT_FIX });
  }

  /** One line for all guests who are refused for the same reason. */
  #guestRefused({ id: bindingId, guest }: Binding, refusal: Refusal | undefined): void {
    if (!refusal) this.#refusedGuests.accepted(bindingId);
    else if (this.#refusedGuests.refused(bindingId, refusal.reason)) {
      const { deploymentId } = guest;
      const { reason: words, fix, error = new Error(words) } = refusal;
      this.#options.log.warn('guest.refused', { bindingId, deploymentId, reason: fix, error });
    }
  }

  /** The SDK says what it refuses; a session that is not connected is nothing but its options. */
  checkGuest(binding: Binding): void {
    const { settings, ports } = this.#options;
    const { hosts, linkAttribute } = settings;
    new GuestSession({ ...sessionOptions({ binding, hosts, linkAttribute }), ports });
  }

  openGuest(binding: Binding, listener: LegListener): GuestLeg {
    const { settings, ports } = this.#options;
    const participants = () => this.#agents?.of(binding.id)?.participants ?? [];
    const guest = new HeadlessGuest({
      binding,
      listener,
      hosts: settings.hosts,
      linkAttribute: settings.linkAttribute,
      ports,
      line: this.#line,
      configurations: this.#configurations,
      writerOf: (message) => writerOf(message, participants()),
      before: this.#agents?.begun,
      typist: () => typistOf(participants()),
      refused: (refusal) => this.#guestRefused(binding, refusal),
      closed: () => {
        if (this.#guests.get(binding.id) === guest) this.#guests.delete(binding.id);
        this.#agents?.close(binding.id);
      },
    });
    this.#guests.set(binding.id, guest);
    this.#agents?.open(binding.id, listener, binding.genesysConversationId);
    return guest;
  }

  agent(bindingId: string, userId: string): AgentLeg | undefined {
    return this.#agents?.agent(bindingId, userId);
  }

  agents(bindingId: string): readonly AgentLeg[] {
    return this.#agents?.agents(bindingId) ?? [];
  }

  async link(bindingId: string, genesysConversationId: string): Promise<Settled> {
    const without = 'No OAuth client is configured, so no conversation can be read. Set genesys.client.';
    return this.#agents?.link(bindingId, genesysConversationId) ?? { outcome: 'unsupported', reason: without };
  }

  awaitsRelink(bindingId: string): boolean {
    return this.#agents?.awaitsRelink(bindingId) ?? false;
  }

  async relink(bindingId: string): Promise<void> {
    await this.#agents?.relink(bindingId);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#guests.values()].map((guest) => guest.close()));
    await this.#agents?.end();
    this.#configurations.close();
  }
}
