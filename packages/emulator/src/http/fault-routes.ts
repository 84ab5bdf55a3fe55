import type { FastifyInstance } from 'fastify';
import { FAULT_EFFECTS, type FaultRule } from '../faults/fault-rule.ts';
import { faultFromText } from '../faults/fault-text.ts';
import type { Faults } from '../faults/faults.ts';
import { FRAME_KINDS } from '../faults/targets.ts';

/** A rule as an object, or in the one word of command lines. */
const ruleOf = (given: unknown): FaultRule => (typeof given === 'string' ? faultFromText(given) : (given as FaultRule));

/** The fault rules: `POST` takes one or a list, and adds all or none. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
  app.get('/_emulator/faults', async () => ({
    rules: faults.list(),
    operations: faults.routes.ids,
    frames: FRAME_KINDS,
    effects: FAULT_EFFECTS,
  }));
  app.post('/_emulator/faults', async ({ body }, reply) => {
    const rules = faults.addAll((Array.isArray(body) ? body : [body]).map(ruleOf));
    return reply.code(201).send({ rules });
  });
  app.delete('/_emulator/faults', async (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete('/_emulator/faults/:id', async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    if (faults.remove(id)) return reply.code(204).send();
    const known = faults.list().map((each) => each.id);
    const message = `fault.unknown: There is no rule ${JSON.stringify(id.slice(0, 60))}. ${known.length === 0 ? 'There are none.' : `There are ${known.join(', ')}.`}`;
    return reply.code(404).send({ status: 404, code: 'fault.unknown', message });
  });
}
