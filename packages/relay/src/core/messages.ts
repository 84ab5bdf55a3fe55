import type { Ports } from '@backchannel/client';
import { LIMITS } from '@backchannel/protocol';
import type { MessageCommand, MessageResult } from '../domain/commands.ts';
import { type Actor, isAgent, userIdOf } from '../domain/participant.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import { epochMsIn } from '../domain/time.ts';
import type { Legs } from '../legs/legs.ts';
import type { RelayMetrics } from '../observe/metrics.ts';
import type { StoredMessage, Write, WriteOutcome } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import { requireActor, requireScope } from './entitle.ts';
import type { EventLog } from './event-log.ts';
import type { Lanes } from './lanes.ts';
import { endedConversation, invalid, shown } from './problems.ts';
import type { Relinking } from './relinking.ts';

/** When a full lane can have room again. */
const LANE_FULL_RETRY_MS = 5_000;

export interface MessagesOptions {
  readonly conversations: Conversations;
  readonly events: EventLog;
  readonly lanes: Lanes;
  readonly legs: Legs;
  readonly relinking: Relinking;
  readonly laneMax: number;
  readonly ports: Pick<Ports, 'ids' | 'wallTime'>;
  readonly metrics: RelayMetrics;
}

/** Takes messages: on disk first, then told, then into the lane, which owes it to Genesys from then on. */
export class Messages {
  readonly #options: MessagesOptions;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  async accept(principal: Principal, command: MessageCommand): Promise<MessageResult> {
    const { conversations, events, lanes, ports, metrics, relinking } = this.#options;
    requireScope(principal, 'messages:write');
    const conversation =
      conversations.known(principal, command.conversation) ??
      (await conversations.find(principal, command.conversation, { provision: true }));
    const named = relinking.named(conversation, command.participant);
    const participant = typeof named === 'string' ? named : await named;
    requireActor(principal, participant);
    checkText(participant, command.text);
    if (isAgent(participant) && relinking.isDue(conversation)) await relinking.done(conversation);
    const { id: bindingId, conversationId, endedBecause } = conversation.binding;
    const { idempotencyKey } = command;
    // Half a character can't be written to disk: it would come back as another text, and not be known again.
    const text = command.text.toWellFormed();
    const refusal = conversation.isOpen
      ? this.#agentAbsent(conversation, participant)
      : endedConversation(conversationId, endedBecause);
    if (refusal && idempotencyKey === undefined) throw refusal;
    // What can't be sent now may have been sent before, under the same key: a lane without room takes nothing, and the store still tells.
    const laneMax = refusal ? 0 : this.#options.laneMax;
    const time = ports.wallTime();
    const id = ports.ids.uuid();
    const message = { id, bindingId, participant, text, acceptedAtMs: epochMsIn(time), idempotencyKey };
    // One that has ended gets no lane: nothing would ever take it away again.
    const lane = refusal ? undefined : lanes.laneOf(conversation);
    const begins = lane?.reserve(participant) ?? false;
    const begin: Write = { kind: 'begin-attempt', messageId: id, attempts: 0, atMs: message.acceptedAtMs };
    let outcome: WriteOutcome | undefined;
    try {
      [outcome] = await events.record([{ kind: 'accept-message', message, laneMax, time }, ...(begins ? [begin] : [])]);
    } finally {
      if (begins && outcome?.status !== 'done') lane?.refused();
    }
    switch (outcome?.status) {
      case 'done':
        metrics.message('accepted');
        return this.#accepted(conversation, begins, { ...message, sequence: outcome.event?.sequence ?? 0 });
      case 'repeated':
        metrics.message('repeated');
        return { ...result(conversationId, outcome.message), repeated: true };
      case 'key-conflict':
        throw conflict(idempotencyKey);
      case 'lane-full':
        throw refusal ?? laneFull(conversationId, laneMax);
      default:
        throw endedConversation(conversationId, conversation.binding.endedBecause);
    }
  }

  #accepted(
    conversation: Conversation,
    hasBegun: boolean,
    message: Omit<StoredMessage, 'status' | 'platformIds' | 'attempts' | 'dueAtMs'>,
  ): MessageResult {
    const { acceptedAtMs } = message;
    const stored = { ...message, status: 'accepted', platformIds: [], attempts: 0, dueAtMs: acceptedAtMs } as const;
    this.#options.lanes.laneOf(conversation).accepted(stored, hasBegun);
    return result(conversation.binding.conversationId, stored);
  }

  /**
   * An agent who is not there can’t write: to accept it would be to owe what nobody can deliver. One of whom nothing is known
   * since the restart most likely is; the lane finds out.
   */
  #agentAbsent(conversation: Conversation, participant: Actor): RelayProblem | undefined {
    const userId = userIdOf(participant);
    if (userId === undefined) return undefined;
    const { legs, relinking } = this.#options;
    const { binding, linked } = conversation;
    if (legs.agent(binding.id, userId)?.state === 'connected' || relinking.isDue(conversation)) return undefined;
    const told = linked ? 'is not connected' : 'is not known to be connected';
    return new RelayProblem('agent.absent', 409, `Agent ${shown(userId)} ${told} to this conversation at Genesys.`, {
      fix: 'Send it once the agent has accepted the conversation (GET /v1/conversations/{id} shows who takes part).',
    });
  }
}

const result = (conversationId: string, { id, participant, sequence, status }: StoredMessage): MessageResult => ({
  messageId: id,
  conversationId,
  participant,
  sequence,
  status,
  repeated: false,
});

function checkText(participant: Actor, text: string): void {
  const { guestTextBytes, agentTextCharacters } = LIMITS;
  if (text.trim() === '') {
    throw invalid('text', `text is ${shown(text)}: a message needs text that is not blank.`, 'Send text, or typing.');
  }
  const [length, max, unit] = isAgent(participant)
    ? [text.length, agentTextCharacters.limit, 'characters']
    : [Buffer.byteLength(text), guestTextBytes.limit, 'bytes of UTF-8'];
  if (length > max) {
    const detail = `text has ${length} ${unit}; Genesys takes ${max} of ${isAgent(participant) ? 'an agent' : 'a guest'}.`;
    throw invalid('text', detail, 'Split the message.');
  }
}

const conflict = (key: string | undefined): RelayProblem =>
  new RelayProblem('idempotency.conflict', 409, `The key ${shown(key)} was used before, for another message.`, {
    fix: 'Use a new key for each message, and the same one only to repeat that message.',
  });

const laneFull = (conversationId: string, laneMax: number): RelayProblem =>
  new RelayProblem(
    'lane.full',
    429,
    `${shown(conversationId)} has ${laneMax} messages that wait for Genesys already.`,
    {
      fix: 'Send it again when some have gone, or raise limits.laneMax in the configuration.',
      retryAfterMs: LANE_FULL_RETRY_MS,
    },
  );
