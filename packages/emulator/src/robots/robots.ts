import { BOUNDS } from '../bounds.ts';
import { EmulatorError } from '../emulator-error.ts';
import type { Journal } from '../journal/journal.ts';
import { nearestName } from '../nearest-name.ts';
import { SeededRandom } from '../seeded-random.ts';
import type { Agent } from '../world/agents.ts';
import { activeAgentsOf } from '../world/conversation-parts.ts';
import type { Conversation } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { AgentHands } from './agent-hands.ts';
import { GuestHands } from './guest-hands.ts';
import { type Arrival, Robot, type RobotHands, type RobotRecord } from './robot.ts';
import { checkedRobot, type RobotSpec } from './robot-spec.ts';

/** Where robots go, and with what. */
interface RobotPlace {
  readonly baseUrl: string;
  readonly deploymentId: string;
  readonly agents: readonly { readonly id: string; readonly token: string }[];
}

/**
 * Scripted guests and agents, so that a test of one side needs no program for the other. They come over the wire like
 * everybody else; how they type follows from the seed.
 */
export class Robots {
  readonly #world: World;
  readonly #journal: Journal;
  readonly #seed: number;
  readonly #info: () => RobotPlace;
  readonly #robots = new Map<string, Robot>();
  readonly #ended: RobotRecord[] = [];
  /** Conversations that an agent's robot has taken, with the agent. */
  #taken = new Set<string>();
  #count = 0;

  constructor(world: World, journal: Journal, seed: number, info: () => RobotPlace) {
    this.#world = world;
    this.#journal = journal;
    this.#seed = seed;
    this.#info = info;
  }

  /** Starts one. Throws `EmulatorError` (`robot.invalid`) for a script that cannot be played, or when too many run. */
  start(given: RobotSpec): Robot {
    const spec = checkedRobot(given);
    if (this.#robots.size >= BOUNDS.robots) {
      throw new EmulatorError(
        'robot.invalid',
        `There cannot be another robot: the emulator has its bound of ${BOUNDS.robots}. Stop one first.`,
      );
    }
    const agent = spec.role === 'agent' ? this.#agentOf(spec.agent) : undefined;
    this.#count += 1;
    const id = `robot-${this.#count}`;
    const robot = new Robot(id, spec, this.#world.timeline, new SeededRandom(this.#seed, id), (arrival) =>
      agent === undefined ? this.#guest(id, arrival) : this.#agent(agent, arrival),
    );
    this.#robots.set(id, robot);
    void robot.ended.then((record) => this.#over(record));
    return robot;
  }

  /** Those that run, and the last of those that have ended. */
  list(): readonly RobotRecord[] {
    return [...this.#ended, ...[...this.#robots.values()].map((each) => each.record())];
  }

  /** Stops one; `false` when none with this id runs. */
  stop(id: string): boolean {
    const robot = this.#robots.get(id);
    robot?.stop();
    return robot !== undefined;
  }

  /** Stops all of them. */
  stopAll(): void {
    for (const robot of this.#robots.values()) robot.stop();
  }

  /** Starts again from the seed: robots that are started afterwards type as the first ones did. */
  reset(): void {
    this.stopAll();
    this.#robots.clear();
    this.#ended.length = 0;
    this.#taken = new Set();
    this.#count = 0;
  }

  /** Something has happened that a robot may be waiting for. */
  happened(): void {
    for (const robot of this.#robots.values()) robot.wake();
  }

  #over(record: RobotRecord): void {
    this.#journal.record({
      direction: 'out',
      surface: 'emulator',
      kind: 'robot',
      size: 0,
      conversationId: record.conversationId,
      note: `${record.id} (${record.role}) is ${record.state} after ${record.done} of ${record.steps} steps.${record.reason === undefined ? '' : ` ${record.reason}`}`,
    });
    // A robot of before a reset is no longer listed.
    if (!this.#robots.delete(record.id)) return;
    this.#ended.push(record);
    if (this.#ended.length > BOUNDS.robotsEnded) this.#ended.shift();
  }

  #guest(id: string, { acting, wake }: Arrival): Promise<RobotHands> {
    const { baseUrl, deploymentId } = this.#info();
    const token = `${id}-${this.#world.state.ids.uuid('robot')}`;
    const conversationOf = (of: string): string | undefined => this.#world.state.sessions.find(of)?.conversation?.id;
    return acting(GuestHands.enter({ url: baseUrl, deploymentId, token, wake, conversationOf }));
  }

  async #agent(agent: Agent, { acting, found }: Arrival): Promise<RobotHands> {
    const conversation = await found(() => this.#freeConversationOf(agent));
    this.#taken.add(`${agent.id} ${conversation.id}`);
    const { baseUrl, agents } = this.#info();
    const token = agents.find(({ id }) => id === agent.id)?.token ?? '';
    const hands = new AgentHands(this.#world, { url: baseUrl, token }, agent, conversation);
    await acting(hands.answer());
    return hands;
  }

  #freeConversationOf(agent: Agent): Conversation | undefined {
    return [...this.#world.state.conversations.list()].find(
      (each) =>
        !this.#taken.has(`${agent.id} ${each.id}`) && activeAgentsOf(each).some(({ userId }) => userId === agent.id),
    );
  }

  #agentOf(given: string | undefined): Agent {
    const { agents } = this.#world.state;
    const agent = given === undefined ? agents[0] : agents.find(({ id, name }) => id === given || name === given);
    if (agent !== undefined) return agent;
    const names = agents.map(({ name }) => name);
    const nearest = nearestName(given ?? '', names);
    throw new EmulatorError(
      'robot.invalid',
      `agent cannot be ${JSON.stringify(given)}: there is no such agent. ${nearest === undefined ? `There are ${names.join(', ')}.` : `Did you mean "${nearest}"?`}`,
    );
  }
}
