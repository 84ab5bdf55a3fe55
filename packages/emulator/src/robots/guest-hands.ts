import { WebSocket } from 'ws';
import type { RobotHands } from './robot.ts';

/** Real milliseconds that a robot waits for an answer of the emulator that it runs in. */
export const ANSWER_MS = 10_000;

interface Frame {
  readonly class?: string;
  readonly code?: number;
  readonly tracingId?: string;
  readonly body?: unknown;
}

const textOf = (body: unknown): string | undefined => {
  const { type, direction, text } = (typeof body === 'object' ? body : {}) as Readonly<Record<string, unknown>>;
  return type === 'Text' && direction === 'Outbound' && typeof text === 'string' ? text : undefined;
};

/** A guest on a real socket: connects, configures its session, and speaks frames like anybody's client. */
export class GuestHands implements RobotHands {
  readonly #socket: WebSocket;
  readonly #token: string;
  readonly #wake: () => void;
  readonly #conversationOf: (token: string) => string | undefined;
  readonly #heard: string[] = [];
  readonly #answers = new Map<string, (frame: Frame) => void>();
  #count = 0;
  #broken: Error | undefined;

  private constructor(
    socket: WebSocket,
    token: string,
    wake: () => void,
    conversationOf: (token: string) => string | undefined,
  ) {
    this.#socket = socket;
    this.#token = token;
    this.#wake = wake;
    this.#conversationOf = conversationOf;
    socket.on('message', (data) => this.#received(JSON.parse(String(data)) as Frame));
    socket.on('close', () => this.#lost(new Error('The connection of the robot has ended.')));
    socket.on('error', (error) => this.#lost(error));
  }

  static async enter(options: {
    readonly url: string;
    readonly deploymentId: string;
    readonly token: string;
    readonly wake: () => void;
    readonly conversationOf: (token: string) => string | undefined;
  }): Promise<GuestHands> {
    const { url, deploymentId, token } = options;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1?deploymentId=${deploymentId}`, {
      handshakeTimeout: ANSWER_MS,
    });
    const hands = new GuestHands(socket, token, options.wake, options.conversationOf);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    await hands.#ask({ action: 'configureSession', deploymentId });
    return hands;
  }

  get conversationId(): string | undefined {
    return this.#conversationOf(this.#token);
  }

  async typing(duration: number): Promise<void> {
    this.#post({
      action: 'onMessage',
      message: { type: 'Event', events: [{ eventType: 'Typing', typing: { type: 'On', duration } }] },
    });
  }

  async send(text: string): Promise<void> {
    await this.#ask({ action: 'onMessage', message: { type: 'Text', text } });
  }

  heard(): string | undefined {
    if (this.#broken !== undefined) throw this.#broken;
    return this.#heard.shift();
  }

  transfer(): Promise<void> {
    return Promise.reject(new Error('Guests cannot transfer.'));
  }

  async leave(): Promise<void> {
    this.#socket.terminate();
  }

  #post(frame: object): string {
    if (this.#broken !== undefined) throw this.#broken;
    this.#count += 1;
    const tracingId = `robot-${this.#count}`;
    this.#socket.send(JSON.stringify({ ...frame, token: this.#token, tracingId }));
    return tracingId;
  }

  /** Sends a frame and waits for its answer; an error in the answer is an error here. */
  #ask(frame: { readonly action: string; readonly [name: string]: unknown }): Promise<void> {
    const tracingId = this.#post(frame);
    return new Promise((resolve, reject) => {
      this.#answers.set(tracingId, (answer) => {
        this.#answers.delete(tracingId);
        if (answer.code === 200) resolve();
        else reject(new Error(`${frame.action} was answered ${answer.code}: ${JSON.stringify(answer.body)}`));
      });
    });
  }

  #received(frame: Frame): void {
    const text = textOf(frame.body);
    if (text !== undefined) this.#heard.push(text);
    if (frame.tracingId !== undefined) this.#answers.get(frame.tracingId)?.(frame);
    this.#wake();
  }

  #lost(error: Error): void {
    this.#broken ??= error;
    for (const answer of [...this.#answers.values()]) answer({ code: 0, body: error.message });
    this.#wake();
  }
}
