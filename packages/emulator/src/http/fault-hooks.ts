import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { injectedBody } from '../faults/dialect.ts';
import type { Faults } from '../faults/faults.ts';
import { type Fired, noteOf } from '../faults/fired.ts';
import type { Journal } from '../journal/journal.ts';
import type { World } from '../world/world.ts';

/** Never settles: whoever waits for it waits until the connection ends. */
const never = new Promise<never>(() => undefined);

/** Lets the fault rules at every request that has an operation: before it is looked at, and before its answer leaves. */
export function faultHooks(app: FastifyInstance, faults: Faults, world: World, journal: Journal): void {
  const firedFor = (direction: 'in' | 'out', request: FastifyRequest): Fired | undefined => {
    const operation = faults.idle ? undefined : faults.routes.operationOf(request.method, request.routeOptions.url);
    return operation === undefined ? undefined : faults.fires('http', direction, operation);
  };
  const record = (fired: Fired, direction: 'in' | 'out', status?: number, text?: string): void =>
    journal.record({
      direction,
      surface: 'rest',
      kind: fired.rule.target,
      size: text === undefined ? 0 : Buffer.byteLength(text),
      status,
      note: noteOf(fired),
      fault: fired.id,
      text,
    });

  app.addHook('onRequest', async (request, reply) => {
    const fired = firedFor('in', request);
    if (fired === undefined) return;
    if (fired.rule.effect === 'status') {
      const correlationId = world.state.ids.uuid('request');
      const text = JSON.stringify(injectedBody(fired.rule, correlationId));
      record(fired, 'out', fired.rule.status, text);
      if (fired.rule.status === 429) reply.header('retry-after', String(fired.rule.retryAfterSeconds));
      reply.header('ININ-Correlation-Id', correlationId).header('content-type', 'application/json');
      await reply.code(fired.rule.status).send(text);
      return;
    }
    record(fired, 'in');
    if (fired.rule.effect === 'delay') await held(faults, fired.rule.delayMs, request.raw.socket);
    else {
      reply.hijack();
      breakOff(faults, fired, request.raw.socket);
    }
  });

  app.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload) => {
    const fired = firedFor('out', request);
    if (fired === undefined) return payload;
    record(fired, 'out', reply.statusCode);
    if (fired.rule.effect === 'delay') {
      await held(faults, fired.rule.delayMs, request.raw.socket);
      return payload;
    }
    breakOff(faults, fired, request.raw.socket);
    return never;
  });
}

/** Never settles when everything starts again meanwhile: its connection ends, and nothing of it reaches the new state. */
const held = (faults: Faults, delayMs: number, socket: Socket): Promise<void> =>
  new Promise((resolve) => faults.hold(delayMs, resolve, () => socket.destroy()));

/** `cut` ends the connection; `drop` leaves it without an answer until the client gives up or the faults are cleared. */
function breakOff(faults: Faults, { rule }: Fired, socket: Socket): void {
  if (rule.effect === 'cut') {
    socket.resetAndDestroy();
    return;
  }
  socket.once(
    'close',
    faults.abandon(() => socket.destroy()),
  );
}
