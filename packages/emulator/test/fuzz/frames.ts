import { isUtf8 } from 'node:buffer';
import type { Emulator } from '@backchannel/emulator';
import fc from 'fast-check';
import { type Json, TestSocket } from '../support/socket.ts';
import { type Findings, type Patience, search } from './findings.ts';
import { payload } from './mutation.ts';
import { FUZZ_TOKEN, NOTIFICATION_FRAMES, validFrames } from './samples.ts';

/** Frames that are sent in one go before their answers are read. */
const BATCH = 25;

/**
 * Ways in which a connection may end: as asked (1000), text that is no UTF-8 (1007, by the WebSocket protocol), a frame over
 * the bound (1009).
 */
const RIGHTFUL_CLOSES = [1000, 1005, 1007, 1009];

/** The guest whose frames are wrong, with a session whenever one can be had. */
class FuzzedGuest {
  readonly #genesys: Emulator;
  readonly #findings: Findings;
  readonly #patience: Patience;
  #socket: TestSocket | undefined;
  /** The emulator ended the connection on purpose. With frames of ours still under way TCP then shows a reset: 1006. */
  #ended = false;

  constructor(genesys: Emulator, findings: Findings, patience: Patience) {
    this.#genesys = genesys;
    this.#findings = findings;
    this.#patience = patience;
    genesys.journal.subscribe(({ surface, kind }) => {
      if (surface === 'guest' && kind === 'close') this.#ended = true;
    });
  }

  async #open(): Promise<TestSocket> {
    if (this.#socket?.socket.readyState === WebSocket.OPEN) return this.#socket;
    const { url, info } = this.#genesys;
    this.#socket = await new TestSocket(`${url.replace(/^http/, 'ws')}/v1?deploymentId=${info.deploymentId}`).opened();
    this.#findings.count('connection');
    this.#ended = false;
    return this.#socket;
  }

  /** Sends what is given; what comes back is well-formed, in time, and no fault of the service. */
  async play(batch: readonly (readonly [data: Buffer, binary: boolean])[]): Promise<void> {
    const guest = await this.#patience.within('a connection', this.#open());
    const configure = { action: 'configureSession', token: FUZZ_TOKEN, deploymentId: this.#genesys.info.deploymentId };
    guest.send(configure);
    for (const [data, binary] of batch) {
      this.#findings.count('frame');
      if (guest.socket.readyState === WebSocket.OPEN) guest.socket.send(data, { binary });
    }
    guest.send(configure);
    guest.send({ action: 'getJwt', token: FUZZ_TOKEN, tracingId: 'fence' });
    for (;;) {
      const answer = await this.#patience.within(
        `a batch of ${batch.length} frames`,
        Promise.race([guest.next(), guest.closed]),
      );
      if (typeof answer === 'number') {
        this.#findings.count(`close ${answer}`);
        if (!RIGHTFUL_CLOSES.includes(answer) && !this.#ended)
          throw new Error(`The connection was closed with ${answer}.`);
        return;
      }
      this.#look(answer);
      if (answer.tracingId === 'fence') return;
    }
  }

  #look(answer: Json): void {
    const { type, class: name, code } = answer;
    this.#findings.count(`answer ${name} ${code}`);
    const wellFormed =
      (type === 'response' || type === 'message') && typeof name === 'string' && Number.isInteger(code);
    if (!wellFormed || (code >= 500 && code < 600) || code === 5000) {
      throw new Error(`A frame was answered with ${JSON.stringify(answer)}`);
    }
  }

  close(): void {
    this.#socket?.socket.terminate();
  }
}

/** Plays this many wrong frames to the guest socket, and some to a notification socket. Throws what it found. */
export async function fuzzFrames(
  genesys: Emulator,
  runs: number,
  seed: number,
  findings: Findings,
  patience: Patience,
): Promise<void> {
  const guest = new FuzzedGuest(genesys, findings, patience);
  // Text that is no UTF-8 ends a connection, and with it the rest of a batch: mostly it goes as binary.
  const frame = fc.tuple(payload(validFrames(genesys)), fc.boolean(), fc.nat(49)).map(([data, binary, die]) => {
    const asBinary = binary || (die > 0 && !isUtf8(data));
    // Counterexamples are read by people.
    const text = `${asBinary ? 'binary' : 'text'} ${JSON.stringify(data.toString())}`;
    return Object.assign([data, asBinary] as const, { [fc.toStringMethod]: () => text });
  });
  const batch = fc.array(frame, { minLength: BATCH, maxLength: BATCH });
  try {
    await search(
      fc.asyncProperty(batch, (frames) => guest.play(frames)),
      Math.ceil(runs / BATCH),
      seed,
    );
    await fuzzNotifications(genesys, Math.ceil(runs / 50), seed, findings, patience);
  } finally {
    guest.close();
  }
}

async function fuzzNotifications(
  genesys: Emulator,
  runs: number,
  seed: number,
  findings: Findings,
  patience: Patience,
): Promise<void> {
  const open = async (): Promise<TestSocket> => {
    const response = await fetch(`${genesys.url}/api/v2/notifications/channels`, {
      method: 'POST',
      headers: { authorization: `Bearer ${genesys.info.agents[0]?.token}` },
    });
    const { connectUri } = (await response.json()) as { connectUri: string };
    return new TestSocket(connectUri).opened();
  };
  let socket = await open();
  const property = fc.asyncProperty(payload(NOTIFICATION_FRAMES), fc.boolean(), async (data, binary) => {
    if (socket.socket.readyState !== WebSocket.OPEN) socket = await patience.within('a notification socket', open());
    findings.count('notification frame');
    socket.socket.send(data, { binary });
    socket.send({ message: 'ping' });
    const answer = await patience.within('a ping', Promise.race([socket.next(), socket.closed]));
    if (typeof answer === 'number' && !RIGHTFUL_CLOSES.includes(answer)) {
      throw new Error(`The notification socket was closed with ${answer}.`);
    }
  });
  try {
    await search(property, runs, seed);
  } finally {
    socket.socket.terminate();
  }
}
