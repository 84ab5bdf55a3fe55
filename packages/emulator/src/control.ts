import type { Journal } from './journal/journal.ts';
import type { Side } from './world/entities.ts';
import type { World } from './world/world.ts';

/** The body of `GET /_emulator/info`: everything that a script needs to begin. */
export interface EmulatorInfo {
  readonly baseUrl: string;
  readonly deploymentId: string;
  readonly integrationId: string;
  readonly oauth: { readonly clientId: string; readonly clientSecret: string };
  /** Seeded agents with a user token that has not expired. The first one is answered by routing. */
  readonly agents: readonly { readonly id: string; readonly name: string; readonly token: string }[];
}

/** An item of `GET /_emulator/conversations`: what really happened, for tests to compare with. */
export interface ConversationRecord {
  readonly id: string;
  readonly participants: readonly {
    readonly id: string;
    readonly purpose: string;
    readonly name: string;
    readonly userId?: string | undefined;
    readonly attributes: Readonly<Record<string, string>>;
    readonly communications: readonly { readonly id: string; readonly state: string; readonly type: 'webmessaging' }[];
  }[];
  /** The texts, oldest first; a signal is never in it. */
  readonly transcript: readonly {
    readonly id: string;
    readonly from: Side;
    readonly text: string;
    readonly time: string;
  }[];
  /** Typing that reached the other side. `atMs` counts from the start of the emulator. */
  readonly typing: readonly {
    readonly atMs: number;
    readonly from: Side;
    readonly to: Side;
    readonly durationMs: number;
  }[];
}

/** Which sockets to break. */
export type CutTarget = 'guests' | 'notifications' | 'all';

/** What the control routes need of the emulator. */
export interface ControlledEmulator {
  readonly info: EmulatorInfo;
  readonly journal: Journal;
  conversations(): readonly ConversationRecord[];
  reset(): Promise<void>;
  cut(sockets: CutTarget): number;
}

export function infoOf(world: World, baseUrl: string): EmulatorInfo {
  const { deployment, integrationId, oauth, agents, tokens } = world.state;
  return {
    baseUrl,
    deploymentId: deployment.id,
    integrationId,
    oauth,
    agents: agents.map((agent) => ({ id: agent.id, name: agent.name, token: tokens.currentOf(agent).text })),
  };
}

export function conversationRecords(world: World): ConversationRecord[] {
  return [...world.state.conversations.list()].map((conversation) => ({
    id: conversation.id,
    participants: conversation.participants.map(({ id, purpose, name, userId, attributes, communication }) => ({
      id,
      purpose,
      name,
      ...(userId === undefined ? {} : { userId }),
      attributes,
      communications: [{ id: communication.id, state: communication.state, type: 'webmessaging' }],
    })),
    transcript: conversation.messages
      .filter((each) => each.kind === 'Text')
      .map(({ id, from, text, atMs }) => ({ id, from, text, time: world.timeline.iso(atMs) })),
    typing: conversation.typing.map((each) => ({ ...each })),
  }));
}
