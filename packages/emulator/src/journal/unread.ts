import { BOUNDS } from '../bounds.ts';
import { nearestName } from '../nearest-name.ts';

/** A field that came and that nobody asked for. */
export interface UnreadField {
  /** Dotted path from the top of the body: `$.typing.durationMs`. */
  readonly field: string;
  /** The field that was asked for there in vain, when one is near: most likely the one that was meant. */
  readonly nearest?: string | undefined;
}

interface Node {
  readonly path: string;
  readonly target: object;
  readonly asked: Set<string>;
}

/**
 * A JSON value that remembers what was asked of it. A misspelt field is the commonest silent failure: the request is fine
 * without it, so nothing is refused and nothing happens. An object that nobody looked into counts as taken whole.
 */
export function watched(value: unknown): { readonly value: unknown; unread(): readonly UnreadField[] } {
  const nodes: Node[] = [];
  const proxies = new Map<object, object>();

  const watch = (target: unknown, path: string): unknown => {
    if (typeof target !== 'object' || target === null) return target;
    const known = proxies.get(target);
    if (known !== undefined) return known;
    const node: Node = { path, target, asked: new Set() };
    nodes.push(node);
    const proxy = new Proxy(target, {
      get(_, key, receiver) {
        if (typeof key === 'string') node.asked.add(key);
        const member: unknown = Reflect.get(target, key, receiver);
        if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return member;
        return watch(member, Array.isArray(target) ? `${path}[${key}]` : `${path}.${key}`);
      },
      getOwnPropertyDescriptor(_, key) {
        if (typeof key === 'string') node.asked.add(key);
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
    });
    proxies.set(target, proxy);
    return proxy;
  };

  return { value: watch(value, '$'), unread: () => nodes.flatMap(unreadOf).slice(0, BOUNDS.unreadFields) };
}

/** The fields that a reader leaves unread. */
export function unreadFields(value: unknown, read: (value: unknown) => unknown): readonly UnreadField[] {
  const body = watched(value);
  read(body.value);
  return body.unread();
}

/** In words, where a field was most likely misspelt. */
export function misspeltNote(unread: readonly UnreadField[]): string | undefined {
  const misspelt = unread.filter(({ nearest }) => nearest !== undefined);
  if (misspelt.length === 0) return undefined;
  return misspelt.map(({ field, nearest }) => `${field} is not read: did you mean "${nearest}"?`).join(' ');
}

function unreadOf({ path, target, asked }: Node): UnreadField[] {
  if (asked.size === 0 || Array.isArray(target)) return [];
  const missed = [...asked].filter((name) => !Object.hasOwn(target, name));
  return Object.keys(target)
    .filter((name) => !asked.has(name))
    .map((name) => {
      const nearest = nearestName(name, missed);
      return { field: `${path}.${name}`, ...(nearest === undefined ? {} : { nearest }) };
    });
}
