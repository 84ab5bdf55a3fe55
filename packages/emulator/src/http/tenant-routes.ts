import type { FastifyInstance } from 'fastify';
import type { ControlledEmulator } from '../control.ts';

const optionsOf = (body: unknown): object => (typeof body === 'object' && body !== null ? body : {});

/** Further organisations on the same port. */
export function tenantRoutes(app: FastifyInstance, emulator: ControlledEmulator): void {
  app.get('/_emulator/tenants', async () => ({ tenants: emulator.tenants() }));
  app.post('/_emulator/tenants', async ({ body }, reply) => {
    const { name, info } = await emulator.tenant(optionsOf(body));
    return reply.code(201).send({ name, ...info });
  });
  app.delete('/_emulator/tenants/:name', async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    if (await emulator.closeTenant(name)) return reply.code(204).send();
    const message = `tenant.unknown: There is no tenant ${JSON.stringify(name.slice(0, 63))}. GET /_emulator/tenants lists them.`;
    return reply.code(404).send({ status: 404, code: 'tenant.unknown', message });
  });
}
