import type { FastifyInstance } from 'fastify';
import type { RobotSpec } from '../robots/robot-spec.ts';
import type { Robots } from '../robots/robots.ts';

/** Scripted guests and agents. */
export function robotRoutes(app: FastifyInstance, robots: Robots): void {
  app.get('/_emulator/robots', async () => ({ robots: robots.list() }));
  app.post('/_emulator/robots', async ({ body }, reply) =>
    reply.code(201).send(robots.start(body as RobotSpec).record()),
  );
  app.delete('/_emulator/robots', async (_request, reply) => {
    robots.stopAll();
    return reply.code(204).send();
  });
  app.delete('/_emulator/robots/:id', async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    if (robots.stop(id)) return reply.code(204).send();
    const message = `robot.unknown: There is no robot ${JSON.stringify(id.slice(0, 60))}. GET /_emulator/robots lists them.`;
    return reply.code(404).send({ status: 404, code: 'robot.unknown', message });
  });
}
