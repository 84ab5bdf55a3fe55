import type { WebSocket } from 'ws';
import type { ConversationRef } from '../domain/commands.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { RelayContext } from '../http/context.ts';
import { documentOf, problemOf } from '../http/problem-document.ts';
import { actorOf } from '../http/v1/signal-routes.ts';
import { type AuthenticateFrame, type CommandFrame, frameIdOf, readClientFrame } from './client-frame.ts';
import { ENDINGS, refused } from './ending.ts';
import type { EventStream } from './event-stream.ts';
import { jsonFrame } from './frame.ts';
import { onFrame } from './incoming.ts';
import { SocketSink } from './socket-sink.ts';
import { isSameCaller } from './stranger.ts';

/** Commands of one socket that have no answer yet, at most. */
export const COMMANDS_MAX = 64;

export interface StreamSessionOptions {
  readonly socket: WebSocket;
  readonly context: RelayContext;
  readonly principal: Principal;
  /** One conversation, also for commands that name none; absent: all that the caller may see. */
  readonly conversationId?: string | undefined;
  readonly afterPosition?: number | undefined;
  readonly traceId: string;
}

/**
 * A caller on `/v1/stream` who is known: events go out, commands come in, each answered by a `result` or a `problem` frame
 * with the `id` that it carried. Commands begin in the order in which they come; answers come as they are ready.
 */
export class StreamSession {
  readonly #options: StreamSessionOptions;
  readonly #stream: EventStream;
  #commands = 0;

  /** @throws RelayProblem when the caller may open no further stream. */
  constructor(options: StreamSessionOptions) {
    const { socket, context, principal } = options;
    this.#options = options;
    this.#stream = context.streams.open({ sink: new SocketSink(socket), principal });
    onFrame(socket, (text) => this.#hear(text));
  }

  /** Greets, then tells what was kept after the caller's position, then what happens. */
  async start(): Promise<void> {
    const { context, conversationId, afterPosition } = this.#options;
    this.#greet();
    try {
      const conversation = conversationId === undefined ? undefined : { id: conversationId };
      await this.#stream.follow(context.relay, { conversation, afterPosition });
    } catch (error) {
      const problem = this.#refuse(error);
      this.#stream.end(refused(problem));
    }
  }

  #greet(id?: string): void {
    const { relay } = this.#options.context;
    const { principal } = this.#stream;
    const { clientId, expiresAtMs } = principal;
    const participant = principal.kind === 'conversation' ? principal.participant : undefined;
    const expiresAt = Number.isFinite(expiresAtMs) ? new Date(expiresAtMs).toISOString() : undefined;
    const position = relay.position();
    this.#stream.send(jsonFrame({ type: 'authenticated', id, clientId, participant, expiresAt, position }));
  }

  #hear(text: string | undefined): void {
    if (text === undefined) this.#stream.end(ENDINGS.text);
    else void this.#answer(text).catch((error: unknown) => this.#refuse(error, frameIdOf(text)));
  }

  async #answer(text: string): Promise<void> {
    const { access } = this.#options.context;
    access.admit(this.#stream.principal);
    const frame = readClientFrame(text);
    if (frame.type === 'authenticate') {
      this.#renew(frame);
      return;
    }
    if (this.#commands >= COMMANDS_MAX) throw tooManyCommands();
    this.#commands += 1;
    try {
      const result = await this.#run(frame);
      this.#stream.send(jsonFrame({ type: 'result', id: frame.id, command: frame.type, result }));
    } finally {
      this.#commands -= 1;
    }
  }

  #renew({ token, id }: AuthenticateFrame): void {
    const principal = this.#options.context.access.principalOfToken(token);
    if (!isSameCaller(principal, this.#stream.principal)) {
      throw new RelayProblem('actor.forbidden', 403, 'The new token is another caller’s.', {
        fix: 'Open a socket of its own for each caller.',
      });
    }
    this.#stream.renew(principal);
    this.#greet(id);
  }

  #run(frame: CommandFrame): Promise<object> {
    const { relay } = this.#options.context;
    const { principal } = this.#stream;
    const conversation = this.#conversationOf(frame);
    const participant = actorOf(principal, frame.participant);
    switch (frame.type) {
      case 'typing': {
        const { typing, durationMs, occurredAt } = frame;
        const occurredAtMs = occurredAt === undefined ? undefined : Date.parse(occurredAt);
        return relay.typing(principal, { conversation, participant, typing, durationMs, occurredAtMs });
      }
      case 'receipt': {
        const { watermark, messageId } = frame;
        return relay.receipt(principal, { conversation, participant, watermark, messageId });
      }
      case 'message': {
        const { text, idempotencyKey } = frame;
        return relay.message(principal, { conversation, participant, text, idempotencyKey });
      }
    }
  }

  #conversationOf({ conversationId: id = this.#options.conversationId }: CommandFrame): ConversationRef {
    if (id !== undefined) return { id };
    throw new RelayProblem('request.invalid', 400, 'The frame names no conversation.', {
      fix: 'Add "conversationId" to it, or once to the authenticate frame.',
      errors: [{ path: 'conversationId', detail: 'is needed where the authenticate frame named none; it is missing' }],
    });
  }

  #refuse(thrown: unknown, id?: string): RelayProblem {
    const { context, traceId } = this.#options;
    const problem = problemOf(thrown, context.settings.limits);
    if (problem.status >= 500) {
      const { clientId } = this.#stream.principal;
      context.log.error('stream command failed', { clientId, traceId, error: problem.cause ?? problem });
    }
    this.#stream.send(jsonFrame({ type: 'problem', id, problem: documentOf(problem, traceId) }));
    return problem;
  }
}

const tooManyCommands = (): RelayProblem =>
  new RelayProblem('rate.limited', 429, `${COMMANDS_MAX} commands of this socket have no answer yet.`, {
    fix: 'Wait for an answer before sending more.',
    retryAfterMs: 1_000,
  });
