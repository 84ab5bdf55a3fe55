import { UsageError } from '../arguments.ts';
import { causalBound } from './causal-bound.ts';
import type { GapModel } from './gap-model.ts';
import { FIXED_POLICIES, KNOWN_POLICIES } from './known.ts';
import { ORACLE } from './oracle.ts';
import type { Policy } from './policy.ts';
import { shippedPolicy } from './shipped.ts';

const BOUND = 'causal-bound';

/** Ours, known ones, references. The bound needs a model of the writers, which is counted when it is asked for. */
export function policiesNamed(names: readonly string[] | 'all', model: () => GapModel): Policy[] {
  const plain = [shippedPolicy(), ...FIXED_POLICIES, ...KNOWN_POLICIES, ORACLE];
  if (names === 'all') return [...plain, causalBound(model())];
  return names.map((name) => {
    if (name === BOUND) return causalBound(model());
    const policy = plain.find((each) => each.name === name);
    if (!policy)
      throw new UsageError(
        `--policies ${JSON.stringify(name)} is not known. It is all, or some of: ${[...plain.map((each) => each.name), BOUND].join(', ')}.`,
      );
    return policy;
  });
}
