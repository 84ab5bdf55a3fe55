import type { Scope } from '../domain/principal.ts';

export const SCOPES = ['signals:read', 'signals:write', 'messages:write'] as const satisfies readonly Scope[];

/**
 * Scopes as people write them for Genesys Cloud (field report F15), and what each asks for here. None exists on the platform.
 * Everybody who wrote one of them for writing wanted the whole of it: to hear, to signal and to send.
 */
export const SCOPE_ALIASES: ReadonlyMap<string, readonly Scope[]> = new Map<string, readonly Scope[]>([
  ['webmessaging:guest', SCOPES],
  ['webmessaging:guest:write', SCOPES],
  ['messaging:guest:write', SCOPES],
  ['conversations:messaging', SCOPES],
  ['conversations:messaging:write', SCOPES],
  ['conversations:read', ['signals:read']],
  ['messaging:write', SCOPES],
  ['conversation:write', SCOPES],
]);

const isScope = (name: string): name is Scope => (SCOPES as readonly string[]).includes(name);

/** What a `scope` parameter asks for, aliases resolved; or the first name that nobody knows. */
export function readScopes(parameter: string): { readonly scopes: ReadonlySet<Scope> } | { readonly unknown: string } {
  const scopes = new Set<Scope>();
  for (const name of parameter.split(/[\s,]+/)) {
    if (name === '') continue;
    if (isScope(name)) scopes.add(name);
    else {
      const meant = SCOPE_ALIASES.get(name);
      if (meant === undefined) return { unknown: name };
      for (const scope of meant) scopes.add(scope);
    }
  }
  return { scopes };
}
