import type { Agent } from '../world/agents.ts';
import { activeAgentsOf } from '../world/conversation-parts.ts';
import { type Conversation, isPresence, type Participant } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { ANSWER_MS } from './guest-hands.ts';
import type { RobotHands } from './robot.ts';

/**
 * An agent: its eyes are the emulator's own record of its conversation, its hands the platform's API, so what it does passes
 * permissions, limits and faults, and stands in the journal.
 */
export class AgentHands implements RobotHands {
  readonly #world: World;
  readonly #url: string;
  readonly #token: string;
  readonly #agent: Agent;
  readonly #conversation: Conversation;
  /** Messages of the guest that were there to be heard so far. */
  #heardCount = 0;

  constructor(
    world: World,
    { url, token }: { readonly url: string; readonly token: string },
    agent: Agent,
    conversation: Conversation,
  ) {
    this.#world = world;
    this.#url = url;
    this.#token = token;
    this.#agent = agent;
    this.#conversation = conversation;
  }

  get conversationId(): string {
    return this.#conversation.id;
  }

  async typing(duration: number): Promise<void> {
    await this.#request('POST', `communications/${this.#leg().communication.id}/typing`, {
      typing: { type: 'On', duration },
    });
  }

  async send(textBody: string): Promise<void> {
    await this.#request('POST', `communications/${this.#leg().communication.id}/messages`, { textBody });
  }

  heard(): string | undefined {
    const said = this.#conversation.messages.filter(({ from, kind }) => from === 'guest' && !isPresence(kind));
    const next = said[this.#heardCount];
    if (next === undefined) return undefined;
    this.#heardCount += 1;
    return next.text;
  }

  async transfer(to: string): Promise<void> {
    const agent = this.#world.state.agents.find(({ id, name }) => id === to || name === to);
    if (agent === undefined) {
      const known = this.#world.state.agents.map(({ name }) => name).join(', ');
      throw new Error(`There is no agent ${JSON.stringify(to)}. There are ${known}.`);
    }
    await this.#request('POST', `participants/${this.#leg().id}/replace`, { userId: agent.id });
  }

  async leave(): Promise<void> {
    const leg = this.#activeLeg();
    if (leg === undefined) return;
    await this.#request('PATCH', `participants/${leg.id}`, { state: 'disconnected' });
  }

  /** Takes the conversation, where agents have to. */
  async answer(): Promise<void> {
    const leg = this.#leg();
    if (leg.communication.state === 'alerting')
      await this.#request('PATCH', `participants/${leg.id}`, { state: 'connected' });
  }

  #leg(): Participant {
    const leg = this.#activeLeg();
    if (leg === undefined) throw new Error(`${this.#agent.name} is not in the conversation any more.`);
    return leg;
  }

  #activeLeg(): Participant | undefined {
    return activeAgentsOf(this.#conversation).findLast(({ userId }) => userId === this.#agent.id);
  }

  async #request(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${this.#url}/api/v2/conversations/messages/${this.#conversation.id}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} …/${path.split('/').at(-1)} was answered ${response.status}: ${text.slice(0, 300)}`);
  }
}
