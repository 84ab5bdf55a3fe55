import type { CheckedRule } from './fault-rule.ts';

/** A rule that fires now. */
export interface Fired {
  readonly id: string;
  readonly rule: CheckedRule;
}

/** What the rule does, in words for the journal. */
export function noteOf({ id, rule }: Fired): string {
  const what = {
    status: `answered ${rule.status}`,
    delay: `held back for ${rule.delayMs} ms`,
    drop: 'lost',
    duplicate: 'comes twice',
    reorder: 'comes after the next one',
    cut: 'the connection is reset in its place',
    'half-open': 'from here on the connection carries nothing and stays open',
  }[rule.effect];
  return `Injected (${id}): ${what}.`;
}
