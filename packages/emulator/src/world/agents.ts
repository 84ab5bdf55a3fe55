import type { SeededIds } from '../ids.ts';

/** A user of the platform who answers conversations. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Two people, so that "not your conversation" can be tried. The first one is answered by routing. */
export const seedAgents = (ids: SeededIds): readonly [Agent, Agent] => [
  { id: ids.uuid('agent'), name: 'Ana Lima', email: 'ana.lima@example.test' },
  { id: ids.uuid('agent'), name: 'Ben Okafor', email: 'ben.okafor@example.test' },
];
