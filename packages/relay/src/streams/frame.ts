import type { RelayEvent } from '../domain/event.ts';

/** What goes out on a stream: one JSON object. Its bytes are made once, however many streams it goes to. */
export class Frame {
  readonly text: string;
  /** `id:` of a server-sent event: what a client that comes back names in `Last-Event-ID`. */
  readonly id: number | undefined;
  #bytes: Buffer | undefined;
  #serverSent: Buffer | undefined;

  constructor(text: string, id?: number) {
    this.text = text;
    this.id = id;
  }

  /** Of a WebSocket's frame. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text);
    return this.#bytes;
  }

  /** As `text/event-stream` writes it. JSON has no line breaks, so one `data:` line holds it. */
  get serverSent(): Buffer {
    this.#serverSent ??= Buffer.from(`${this.id === undefined ? '' : `id: ${this.id}\n`}data: ${this.text}\n\n`);
    return this.#serverSent;
  }
}

/** How a kind of stream writes events; `undefined`: it has no word for this one. */
export type Encode = (event: RelayEvent) => Frame | undefined;

/** Writes each event once: a thousand subscribers of one conversation share the frame. */
export function encodeOnce(textOf: (event: RelayEvent) => string | undefined): Encode {
  const frames = new WeakMap<RelayEvent, Frame | false>();
  return (event) => {
    let frame = frames.get(event);
    if (frame === undefined) {
      const text = textOf(event);
      frame = text === undefined ? false : new Frame(text, event.sequence);
      frames.set(event, frame);
    }
    return frame || undefined;
  };
}

/** As `/v1` writes events. */
export const eventFrame: Encode = encodeOnce(({ position, sequence, conversationId, time, body }) =>
  JSON.stringify({ type: 'event', position, sequence, conversationId, time, ...body }),
);

export const jsonFrame = (content: object): Frame => new Frame(JSON.stringify(content));

/** So that who listens can tell a quiet conversation from a dead connection. */
export const HEARTBEAT_FRAME = jsonFrame({ type: 'heartbeat' });
