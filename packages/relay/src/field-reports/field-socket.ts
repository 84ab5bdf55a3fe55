import type { WebSocket } from 'ws';
import type { Binding } from '../domain/binding.ts';
import type { ConversationRef } from '../domain/commands.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { RelayContext } from '../http/context.ts';
import { problemOf } from '../http/problem-document.ts';
import { ENDINGS, refused } from '../streams/ending.ts';
import type { EventStream } from '../streams/event-stream.ts';
import type { Encode } from '../streams/frame.ts';
import { onFrame } from '../streams/incoming.ts';
import { SocketSink } from '../streams/socket-sink.ts';
import { isSameCaller } from '../streams/stranger.ts';
import { Arrivals } from './arrivals.ts';
import { errorFrame, type FieldFrame, readFieldFrame } from './field-frames.ts';
import type { ResumePoint, ResumePoints } from './resume-points.ts';

/** Frames of one socket that are not done yet, at most. */
export const FRAMES_MAX = 64;

/** What a client may say besides who it is. */
export type CommandFrame = Exclude<FieldFrame, { readonly type: 'authenticate' }>;

export interface FieldSocketOptions {
  readonly socket: WebSocket;
  readonly context: RelayContext;
  readonly principal: Principal;
  readonly encode: Encode;
  readonly resume: ResumePoints;
  /** Whose place in the log it is: the same when it comes back. */
  readonly subject: string;
  /** Which conversation it is about; absent: all that the caller may see. Throws what the caller is refused with. */
  readonly conversation?: (() => Promise<Binding>) | undefined;
  /** Does what a frame asks for; absent: this socket only tells. */
  readonly act?:
    | ((frame: CommandFrame, principal: Principal, conversation: ConversationRef) => Promise<unknown>)
    | undefined;
}

/**
 * A caller on the socket of F8 or F10, who is known: events go out in the words of these reports, beginning where this caller
 * left. What can't be done is an `error` frame; nothing is sent that the reports don't have.
 */
export class FieldSocket {
  readonly #options: FieldSocketOptions;
  readonly #stream: EventStream;
  readonly #arrivals: Arrivals;
  #point: ResumePoint | undefined;
  #isGone = false;
  /** Frames are done one after the other, once it is known which conversation they are about. */
  #last: Promise<unknown>;
  #waiting = 0;
  #conversation: ConversationRef | undefined;

  /** @throws RelayProblem when the caller may open no further stream. */
  constructor(options: FieldSocketOptions) {
    const { socket, context, principal, encode } = options;
    this.#options = options;
    this.#arrivals = new Arrivals(socket, (position) => this.#point?.reached(position));
    this.#stream = context.streams.open({
      sink: new SocketSink(socket, false),
      principal,
      encode: (event) => {
        if (event.position !== undefined) this.#arrivals.told(event.position);
        return encode(event);
      },
    });
    socket.once('close', () => {
      this.#isGone = true;
      this.#point?.leave();
    });
    onFrame(socket, (text) => this.#hear(text));
    this.#last = this.#start();
  }

  async #start(): Promise<void> {
    const { context, resume, subject, conversation } = this.#options;
    try {
      const binding = await conversation?.();
      this.#conversation = binding && { id: binding.conversationId, kinds: ['conversation'] };
      const point = await resume.begin(subject, binding?.id ?? ownBinding(this.#stream.principal));
      this.#point = point;
      if (this.#isGone) point.leave();
      else
        await this.#stream.follow(context.relay, { conversation: this.#conversation, afterPosition: point.position });
    } catch (error) {
      this.#stream.end(refused(this.#refuse(error)));
    }
  }

  #hear(text: string | undefined): void {
    if (text === undefined) {
      this.#stream.end(ENDINGS.text);
      return;
    }
    if (this.#waiting >= FRAMES_MAX) {
      this.#refuse(tooMany());
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last
      .then(() => this.#do(text))
      .catch((error: unknown) => this.#refuse(error))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  async #do(text: string): Promise<void> {
    const { act, context } = this.#options;
    const { principal } = this.#stream;
    context.access.admit(principal);
    const frame = readFieldFrame(text);
    if (frame.type === 'authenticate') this.#renew(context.access.principalOfToken(frame.token));
    else if (!act) throw onlyTells();
    else if (this.#conversation && !this.#isGone) await act(frame, principal, this.#conversation);
  }

  #renew(principal: Principal): void {
    if (!isSameCaller(principal, this.#stream.principal)) {
      throw new RelayProblem('actor.forbidden', 403, 'The new token is another caller’s.', {
        fix: 'Open a socket of its own for each caller.',
      });
    }
    this.#stream.renew(principal);
  }

  #refuse(thrown: unknown): RelayProblem {
    const { context } = this.#options;
    const problem = problemOf(thrown, context.settings.limits);
    if (problem.status >= 500) {
      const { clientId } = this.#stream.principal;
      context.log.error('socket frame failed', { clientId, code: problem.code, error: problem.cause ?? problem });
    }
    this.#stream.send(errorFrame(problem));
    return problem;
  }
}

/** A browser's token is for one. */
const ownBinding = (principal: Principal): string | undefined =>
  principal.kind === 'conversation' ? principal.bindingId : undefined;

const onlyTells = (): RelayProblem =>
  new RelayProblem('request.invalid', 400, 'This socket tells what happens, and takes "authenticate" frames only.', {
    fix: 'Send signals by POST …/typing and PUT …/read, or use /v1/stream, which takes commands.',
  });

const tooMany = (): RelayProblem =>
  new RelayProblem('rate.limited', 429, `${FRAMES_MAX} frames of this socket are not done yet.`, {
    fix: 'Send fewer: typing needs one frame in 4 s.',
    retryAfterMs: 1_000,
  });
