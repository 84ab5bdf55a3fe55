import { BackchannelError, type Ports, type Settled } from '@backchannel/client';
import { type AgentConversation, AgentSession } from '@backchannel/client/agent';
import { GuestSession } from '@backchannel/client/guest';
import { keystrokeKindOf } from '@backchannel/client/typing';
import type { Emulator } from '@backchannel/emulator';
import { hostsAt } from '@backchannel/protocol';
import type { StageEvent } from '../stage/stage.ts';
import { OPENING, SCRIPT } from './script.ts';
import { seededRandom } from './seeded-random.ts';
import { type Truth, truthOf } from './truth.ts';
import { type } from './typist.ts';
import { found, waited } from './waiting.ts';
import { watchAgent, watchGuest } from './watching.ts';

/** How long a robot waits for something that takes milliseconds when all is well. */
const PATIENCE_MS = 5_000;
/** Reading before answering. */
const READING_MS = 450;

/** What the robots leave behind: a conversation to join in, and its record. */
export interface Played {
  readonly conversationId: string;
  readonly communicationId: string;
  readonly truth: Truth;
}

/** The part of an emulator that the robots need: its address, who they are there, and its record. */
export type PlayedOn = Pick<Emulator, 'url' | 'info' | 'conversations'>;

/**
 * A robot guest and a robot agent, each on its own session of the client, over real sockets to the emulator.
 * `play` holds the conversation. Afterwards the guest stays and tells what it is shown, until `close`.
 */
export class Robots {
  readonly #emulator: PlayedOn;
  readonly #ports: Ports;
  readonly #seed: number;
  readonly #tell: (event: StageEvent) => void;
  readonly #guest: GuestSession;
  readonly #agent: AgentSession;
  readonly #agentName: string;
  readonly #unwatch: (() => void)[] = [];

  constructor(emulator: PlayedOn, ports: Ports, seed: number, tell: (event: StageEvent) => void) {
    const { deploymentId, agents } = emulator.info;
    const [agent] = agents;
    if (agent === undefined) {
      throw new BackchannelError(
        'robots.no-agent',
        'The robots cannot play: the emulator was started without an agent.',
      );
    }
    const hosts = hostsAt(emulator.url);
    this.#emulator = emulator;
    this.#ports = ports;
    this.#seed = seed;
    this.#tell = tell;
    this.#guest = new GuestSession({ hosts, deploymentId, ports });
    this.#agent = new AgentSession({ hosts, token: agent.token, ports });
    this.#agentName = agent.name;
  }

  /** Holds the conversation of `SCRIPT`. Rejects with a `BackchannelError` when a step does not work. */
  async play(signal: AbortSignal): Promise<Played> {
    const { clock } = this.#ports;
    const typing = { clock, random: seededRandom(this.#seed), signal };
    await Promise.all([
      this.#done('connect the guest', signal, (until) => this.#guest.connect({ signal: until })),
      this.#done('connect the agent', signal, (until) => this.#agent.connect({ signal: until })),
    ]);
    this.#unwatch.push(watchGuest(this.#guest, this.#agentName, this.#tell));

    let conversation: AgentConversation | undefined;
    for (const { from, text } of SCRIPT) {
      if (conversation !== undefined) await waited(READING_MS, clock, signal);
      const speaker = from === 'guest' ? this.#guest : conversation;
      if (speaker === undefined) throw new BackchannelError('robots.script', 'The guest has to speak first.');
      await type(text, typing, (draft, key) => {
        const kind = keystrokeKindOf('insertText', key);
        if (kind !== undefined) speaker.typing.keystroke(kind);
        this.#tell({ kind: 'draft', from, text: draft });
      });
      this.#tell({ kind: 'draft', from, text: '' });
      await this.#done(`send ${JSON.stringify(text)}`, signal, (until) => speaker.send(text, { signal: until }));
      conversation ??= await this.#conversation(signal);
      await this.#arrived(conversation, from, text, signal);
    }
    if (conversation === undefined) throw new BackchannelError('robots.script', 'The script has no lines.');

    // The agent's desk is free for whoever joins in; the guest stays to be typed at.
    await this.#agent.close();
    const { id: conversationId, communicationId } = conversation;
    return { conversationId, communicationId, truth: this.#truth(conversationId) };
  }

  async close(): Promise<void> {
    for (const unwatch of this.#unwatch) unwatch();
    await Promise.all([this.#guest.close(), this.#agent.close()]);
  }

  /** The conversation that the guest's first message opened; from here on the agent's screen is told too. */
  async #conversation(signal: AbortSignal): Promise<AgentConversation> {
    const id = await found(
      "the guest's message on the agent's side",
      () =>
        this.#agent.snapshot().conversations.find(({ messages }) => messages.some(({ text }) => text === OPENING))?.id,
      (listener) => this.#agent.subscribe(listener),
      { clock: this.#ports.clock, signal, withinMs: PATIENCE_MS },
    );
    const conversation = this.#agent.conversation(id);
    if (conversation === undefined) {
      throw new BackchannelError('robots.no-conversation', `The agent lists conversation ${id} and does not know it.`);
    }
    this.#unwatch.push(watchAgent(conversation, this.#tell));
    return conversation;
  }

  #arrived(conversation: AgentConversation, from: 'guest' | 'agent', text: string, signal: AbortSignal): Promise<true> {
    const viewer = from === 'guest' ? conversation : this.#guest;
    const arrived = () => viewer.snapshot().messages.some((message) => message.from === from && message.text === text);
    return found(
      `${JSON.stringify(text)} on the other side`,
      () => arrived() || undefined,
      (listener) => viewer.subscribe(listener),
      { clock: this.#ports.clock, signal, withinMs: PATIENCE_MS },
    );
  }

  #truth(conversationId: string): Truth {
    const recorded = this.#emulator.conversations().find(({ id }) => id === conversationId);
    if (recorded === undefined) {
      throw new BackchannelError('robots.no-record', `The emulator has no record of conversation ${conversationId}.`);
    }
    return truthOf(
      recorded,
      SCRIPT.map(({ text }) => text),
    );
  }

  /** Settled calls do not throw, and may be patient; a robot that could not do its part must not go on as if it had. */
  async #done(
    what: string,
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<Settled<unknown>>,
  ): Promise<void> {
    const patience = new AbortController();
    const cancel = this.#ports.clock.after(PATIENCE_MS, () => patience.abort());
    const { outcome, reason, error } = await call(AbortSignal.any([signal, patience.signal]));
    cancel();
    if (outcome === 'sent') return;
    signal.throwIfAborted();
    const why = patience.signal.aborted ? `It took longer than ${PATIENCE_MS / 1000} s.` : reason;
    throw new BackchannelError('robots.not-sent', `The robots could not ${what} (${outcome}). ${why}`, {
      cause: error,
    });
  }
}
