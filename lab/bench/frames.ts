// Frames that the emulator answers, against a bare ws server that parses and stringifies JSON: the same client sends the same
// frames to both, in turns, in one run. Counted per second of the server's own processor time: on few cores the client is
// the slower one, and by the wall clock every server would look alike. The ratio means something on any machine.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { hostsAt } from '@backchannel/client';
import WebSocket from 'ws';
import { Child } from './support/child.ts';
import { type Measurement, median, report } from './support/measurement.ts';

// Enough that no conversation reaches the emulator's bound of kept messages within a round.
const CONNECTIONS = 128;
/** Frames that a connection has sent and not seen answered. */
const IN_FLIGHT = 2;
const ROUNDS = 3;
const WARM_UP_MS = 500;
const ROUND_MS = 1_500;

interface Target {
  readonly url: string;
  readonly deploymentId?: string;
}

const SUCCESS = Buffer.from('"code":200');

type Server = Child<Target>;
type FrameOf = (token: string, count: number) => string;

// Put together by hand, and answers are not parsed: the client has to be cheaper than the servers.
const text: FrameOf = (token, count) =>
  `{"action":"onMessage","token":"${token}","tracingId":"${token}-${count}","message":{"type":"Text","text":"Where is my parcel? (${count})"}}`;
const echo: FrameOf = (token, count) =>
  `{"action":"echo","token":"${token}","tracingId":"${token}-${count}","message":{"type":"Text","text":"ping"}}`;

interface Rates {
  /** Frames answered per second of the server's processor time. */
  readonly perProcessorSecond: number;
  /** Frames answered per second of the round. */
  readonly perSecond: number;
}

async function connect({ url, deploymentId }: Target, token: string): Promise<WebSocket> {
  const endpoint = deploymentId === undefined ? url.replace(/^http/, 'ws') : hostsAt(url).guestSocket;
  const socket = new WebSocket(`${endpoint}?deploymentId=${deploymentId ?? ''}`, { perMessageDeflate: false });
  await once(socket, 'open');
  if (deploymentId !== undefined) {
    socket.send(JSON.stringify({ action: 'configureSession', deploymentId, token }));
    await once(socket, 'message');
  }
  return socket;
}

/** One round: every answer, known by its tracing id, makes its connection send the next frame. */
async function measure(server: Server, frameOf: FrameOf): Promise<Rates> {
  let answered = 0;
  let sending = true;
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const token = crypto.randomUUID();
      const tracingId = Buffer.from(`"tracingId":"${token}`);
      const socket = await connect(server.ready, token);
      let count = 0;
      const sendNext = () => {
        count += 1;
        socket.send(frameOf(token, count));
      };
      socket.on('message', (data: Buffer) => {
        if (!data.includes(tracingId)) return;
        if (!data.includes(SUCCESS)) throw new Error(`A frame was refused: ${data}`);
        answered += 1;
        if (sending) sendNext();
      });
      return { socket, sendNext };
    }),
  );
  for (const { sendNext } of sockets) {
    for (let frame = 0; frame < IN_FLIGHT; frame += 1) sendNext();
  }
  const now = async () => ({
    answered,
    atMs: performance.now(),
    processorSeconds: await server.ask<number>('processorSeconds'),
  });
  await delay(WARM_UP_MS);
  const start = await now();
  await delay(ROUND_MS);
  const end = await now();
  sending = false;
  for (const { socket } of sockets) socket.terminate();
  const frames = end.answered - start.answered;
  return {
    perProcessorSecond: frames / (end.processorSeconds - start.processorSeconds),
    perSecond: (frames / (end.atMs - start.atMs)) * 1000,
  };
}

await using emulator = await Child.start<Target>('emulator');
await using bare = await Child.start<Target>('bare-server');

const rounds: { readonly bare: Rates; readonly echo: Rates; readonly text: Rates }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.push({
    bare: await measure(bare, text),
    echo: await measure(emulator, echo),
    text: await measure(emulator, text),
  });
}

const ratio = (kind: 'echo' | 'text') =>
  median(rounds.map((round) => round[kind].perProcessorSecond / round.bare.perProcessorSecond));
const rate = (kind: 'bare' | 'echo' | 'text', per: keyof Rates): Pick<Measurement, 'value' | 'unit'> => ({
  value: median(rounds.map((round) => round[kind][per])) / 1000,
  unit: per === 'perSecond' ? 'thousand/s' : 'thousand/CPU s',
});

const measurements: Measurement[] = [
  {
    what: 'echo frames, emulator against bare server',
    value: ratio('echo'),
    unit: '×',
    target: { atLeast: 0.5 },
    note: `per second of the server's processor time; ${CONNECTIONS} connections, ${IN_FLIGHT} frames in flight on each, median of ${ROUNDS} rounds in turns`,
  },
  {
    what: 'messages (kept, journalled, copied back), emulator against bare server',
    value: ratio('text'),
    unit: '×',
    target: { atLeast: 0.5 },
  },
  { what: 'bare server, frames per second of its processor time', ...rate('bare', 'perProcessorSecond') },
  { what: 'emulator, echo, the same', ...rate('echo', 'perProcessorSecond') },
  { what: 'emulator, messages, the same', ...rate('text', 'perProcessorSecond') },
  { what: 'emulator, messages per second by the wall clock', ...rate('text', 'perSecond') },
];
report(measurements);
