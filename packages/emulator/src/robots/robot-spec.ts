import { BOUNDS } from '../bounds.ts';
import { EmulatorError } from '../emulator-error.ts';
import { nearestName } from '../nearest-name.ts';

/**
 * One thing that a robot does. `say` types like a person and sends; `type` types and sends nothing; `hear` waits for the next
 * message of the other side; `answer` hears and then says; `waitMs` waits; `transferTo` hands the conversation to another
 * agent (name or id); `leave` goes.
 */
export type RobotStep =
  | { readonly say: string }
  | { readonly type: string }
  | { readonly hear: true }
  | { readonly answer: string }
  | { readonly waitMs: number }
  | { readonly transferTo: string }
  | { readonly leave: true };

/** A scripted guest or agent. */
export interface RobotSpec {
  readonly role: 'guest' | 'agent';
  /** Done in order; afterwards the robot goes. */
  readonly steps: readonly RobotStep[];
  /** An agent's name or id. Default: the first agent. */
  readonly agent?: string | undefined;
  /** Median milliseconds between two keys. Default 110. */
  readonly keyMs?: number | undefined;
}

const FIELDS = ['role', 'steps', 'agent', 'keyMs'] as const satisfies readonly (keyof RobotSpec)[];
const KEY_MS = 110;
const WAIT_MS_MAX = 86_400_000;
const TEXT_MAX = 4_000;

const STEPS = {
  say: (value: unknown) => isText(value),
  type: (value: unknown) => isText(value),
  hear: (value: unknown) => value === true,
  answer: (value: unknown) => isText(value),
  waitMs: (value: unknown) => typeof value === 'number' && value >= 0 && value <= WAIT_MS_MAX,
  transferTo: (value: unknown) => isText(value),
  leave: (value: unknown) => value === true,
} as const;

const EXAMPLE = '{"role":"agent","steps":[{"answer":"How can I help?"}]}';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= TEXT_MAX;
const refusal = (text: string): EmulatorError => new EmulatorError('robot.invalid', text);
const quote = (value: unknown): string => `${(JSON.stringify(value) ?? 'nothing').slice(0, 100)} (${typeof value})`;
const suggest = (given: string, known: readonly string[]): string => {
  const nearest = nearestName(given, known);
  return nearest === undefined ? `Use one of ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
};

/** Reads a robot. Throws `EmulatorError` (`robot.invalid`) for one that could not act. */
export function checkedRobot(given: unknown): RobotSpec & { readonly keyMs: number } {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw refusal(`A robot cannot be ${quote(given)}: it is an object such as ${EXAMPLE}.`);
  for (const name of Object.keys(given)) {
    if (!FIELDS.some((each) => each === name))
      throw refusal(`A robot has no field ${JSON.stringify(name)}. ${suggest(name, FIELDS)}`);
  }
  const { role, steps, agent, keyMs = KEY_MS } = given as { readonly [Name in keyof RobotSpec]: unknown };
  if (role !== 'guest' && role !== 'agent') throw refusal(`role cannot be ${quote(role)}: it is "guest" or "agent".`);
  if (agent !== undefined && (typeof agent !== 'string' || role === 'guest'))
    throw refusal(`agent cannot be ${quote(agent)} of a ${role}: it is the name or id of the agent that the robot is.`);
  if (typeof keyMs !== 'number' || !(keyMs >= 1 && keyMs <= 60_000))
    throw refusal(`keyMs cannot be ${quote(keyMs)}: it is the milliseconds between two keys, 1 to 60000.`);
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > BOUNDS.robotSteps)
    throw refusal(
      `steps cannot be ${quote(steps)}: it is a list of 1 to ${BOUNDS.robotSteps} steps, as in ${EXAMPLE}.`,
    );
  for (const [index, step] of steps.entries()) checkStep(step, index, role);
  return { role, steps: steps as readonly RobotStep[], agent, keyMs };
}

function checkStep(step: unknown, index: number, role: RobotSpec['role']): void {
  const entries = typeof step === 'object' && step !== null ? Object.entries(step) : [];
  const [entry] = entries;
  const known = Object.keys(STEPS);
  if (entry === undefined || entries.length > 1)
    throw refusal(`steps[${index}] cannot be ${quote(step)}: a step is an object with one of ${known.join(', ')}.`);
  const [name, value] = entry;
  if (!Object.hasOwn(STEPS, name)) throw refusal(`steps[${index}] cannot be "${name}". ${suggest(name, known)}`);
  if (!STEPS[name as keyof typeof STEPS](value))
    throw refusal(
      `steps[${index}].${name} cannot be ${quote(value)}: hear and leave are true, waitMs is 0 to ${WAIT_MS_MAX}, the others are texts of 1 to ${TEXT_MAX} characters.`,
    );
  if (name === 'transferTo' && role === 'guest')
    throw refusal(`steps[${index}] cannot be transferTo: guests cannot transfer. Use it with "role":"agent".`);
}
