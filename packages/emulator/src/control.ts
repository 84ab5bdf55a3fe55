import type { ContentItem } from '@backchannel/protocol';
import type { ControlledClock } from './controlled-clock.ts';
import type { Faults } from './faults/faults.ts';
import { wireContent } from './guest/guest-frames.ts';
import type { Journal } from './journal/journal.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Robots } from './robots/robots.ts';
import type { SwitchBoard } from './switch-board.ts';
import { channelTypeOf } from './views/channel-view.ts';
import type { Customer } from './world/customers.ts';
import { isPresence, type Message, type Side } from './world/entities.ts';
import type { World } from './world/world.ts';

/** The body of `GET /_emulator/info`: everything that a script needs to begin. */
export interface EmulatorInfo {
  readonly baseUrl: string;
  readonly deploymentId: string;
  readonly integrationId: string;
  /** The queue that every conversation comes through. */
  readonly queueId: string;
  /** Signs the webhooks of that integration. */
  readonly webhookSecret: string;
  /** For client credentials. */
  readonly oauth: { readonly clientId: string; readonly clientSecret: string };
  /** For logging agents in: authorization code, with PKCE or the secret. */
  readonly loginClient: { readonly clientId: string; readonly clientSecret: string };
  /** Seeded agents with a user token that has not expired. The first one is answered by routing. */
  readonly agents: readonly { readonly id: string; readonly name: string; readonly token: string }[];
  /** Whom the guests' identity provider knows, with what it gives for the token exchange. */
  readonly customers: readonly Customer[];
}

/** Something that was said. */
export interface TranscriptEntry {
  readonly id: string;
  readonly from: Side | 'bot';
  /** Of an answer to a button without a text of its own: the label. */
  readonly text: string;
  readonly time: string;
  /** What was said beside the text: quick replies, cards, files, answers. */
  readonly content?: readonly object[] | undefined;
}

/** What `say` puts into a conversation. */
export interface SpokenWords {
  readonly from: 'bot' | 'agent';
  readonly text: string;
  readonly content?: readonly ContentItem[] | undefined;
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
    readonly communications: readonly {
      readonly id: string;
      readonly state: string;
      readonly type: 'webmessaging' | 'open';
    }[];
  }[];
  /** The texts, oldest first; a signal is never in it. */
  readonly transcript: readonly TranscriptEntry[];
  /** Typing that reached the other side. `atMs` counts from the start of the emulator. */
  readonly typing: readonly {
    readonly atMs: number;
    readonly from: Side;
    readonly to: Side;
    readonly durationMs: number;
  }[];
}

/** A tenant: its name, and what a script needs of it. */
export interface TenantInfo extends EmulatorInfo {
  readonly name: string;
}

/** The body of `GET /_emulator/clock`. */
export interface EmulatorTime {
  readonly frozen: boolean;
  /** Milliseconds since the emulator started, by its own clock. */
  readonly atMs: number;
  /** ISO 8601. */
  readonly time: string;
}

/** Which sockets to break. */
export type CutTarget = 'guests' | 'notifications' | 'all';

/** What the control routes need of the emulator. */
export interface ControlledEmulator {
  readonly info: EmulatorInfo;
  readonly journal: Journal;
  readonly clock: ControlledClock;
  readonly faults: Faults;
  readonly robots: Robots;
  readonly switches: SwitchBoard;
  readonly limits: RateLimits;
  time(): EmulatorTime;
  tenants(): readonly TenantInfo[];
  tenant(options: object): Promise<{ readonly name: string | undefined; readonly info: EmulatorInfo }>;
  closeTenant(name: string): Promise<boolean>;
  conversations(): readonly ConversationRecord[];
  say(conversationId: string, words: SpokenWords): TranscriptEntry | undefined;
  disconnect(conversationId: string): boolean;
  reset(): Promise<void>;
  cut(sockets: CutTarget): number;
  retireNotifications(): number;
}

export function infoOf(world: World, baseUrl: string): EmulatorInfo {
  const { deployment, integrationId, queueId, openMessaging, oauth, loginClient, agents, tokens, customers } =
    world.state;
  return {
    customers,
    baseUrl,
    deploymentId: deployment.id,
    integrationId,
    queueId,
    webhookSecret: openMessaging.find(integrationId)?.webhookSecret ?? '',
    oauth,
    loginClient,
    agents: agents.map((agent) => ({
      id: agent.id,
      name: agent.name,
      token: tokens.currentOf(agent, loginClient.clientId).text,
    })),
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
      communications: [{ id: communication.id, state: communication.state, type: channelTypeOf(conversation) }],
    })),
    transcript: conversation.messages
      .filter(({ kind }) => !isPresence(kind))
      .map((each) => transcriptEntry(each, world)),
    typing: conversation.typing.map((each) => ({ ...each })),
  }));
}

function transcriptEntry({ id, from, byBot, text, content, atMs }: Message, world: World): TranscriptEntry {
  const answer = content?.find((each) => each.contentType === 'ButtonResponse')?.buttonResponse.text;
  return {
    id,
    from: byBot === true ? 'bot' : from,
    text: text === '' ? (answer ?? '') : text,
    time: world.timeline.iso(atMs),
    ...(content === undefined ? {} : { content: wireContent(content) }),
  };
}

/** A bot speaks through the queue's leg, where its flow runs; an agent through its own. */
export function sayIn(world: World, conversationId: string, words: SpokenWords): TranscriptEntry | undefined {
  const conversation = world.state.conversations.find(conversationId);
  if (conversation === undefined || conversation.endedAtMs !== undefined) return undefined;
  const { from, text, content } = words;
  const purpose = from === 'bot' ? 'acd' : 'agent';
  const speaker = conversation.participants.findLast((each) => each.purpose === purpose);
  if (speaker === undefined) return undefined;
  const byBot = from === 'bot';
  return transcriptEntry(world.agentSaid(conversation, speaker, text, { content, byBot }), world);
}
