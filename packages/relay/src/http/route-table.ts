import { spellingDistance } from '../domain/nearest-name.ts';
import type { Scope } from '../domain/principal.ts';
import type { RouteAccess } from './route-access.ts';

/** One route that is served. */
export interface ServedRoute {
  readonly method: string;
  /** As fastify writes it: `/v1/conversations/:id`. */
  readonly url: string;
  readonly access: RouteAccess;
  readonly scopes: readonly Scope[];
  /** Whether it stands in the OpenAPI document. */
  readonly documented: boolean;
}

/**
 * Letters of a path that are compared with the known ones, parameters not counted, and letters in which they may differ: more is
 * certainly not a slip of the pen. Anybody may ask for any path, so a comparison must cost next to nothing.
 */
const COMPARED_MAX = 80;
const SLIP_MAX = 16;
/** A longer path, parameters and all, is not looked at. */
const PATH_MAX = 400;

const segments = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((part, index) => part === '*' || part.startsWith(':') || part === path[index]);
}

/** Every route of the relay: for 404 and 405 answers, and for the matrix of tests that no route may be missing from. */
export class RouteTable {
  readonly #routes: ServedRoute[] = [];
  /** Segments of each path that somebody may have meant, by path. */
  readonly #patterns = new Map<string, readonly string[]>();

  add(route: ServedRoute): void {
    const { url } = route;
    this.#routes.push(route);
    if (url.includes('*')) return;
    this.#patterns.set(url, segments(url.toLowerCase()));
  }

  get all(): readonly ServedRoute[] {
    return this.#routes;
  }

  /** Methods that a path takes; empty for an unknown path. */
  methodsOf(path: string): readonly string[] {
    const parts = segments(path);
    const methods = this.#routes.filter(({ url }) => matches(segments(url), parts)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }

  /** The path that somebody most likely meant: nearest by spelling, a parameter standing for whatever was written there. */
  nearest(path: string): string | undefined {
    if (path.length > PATH_MAX) return undefined;
    const parts = segments(path.toLowerCase());
    let best: { readonly url: string; readonly far: number } | undefined;
    for (const [url, pattern] of this.#patterns) {
      const stands = (_: string, index: number) => !(pattern[index]?.startsWith(':') && index < parts.length);
      const [given, known] = [parts, pattern].map((each) => each.filter(stands).join('/')) as [string, string];
      if (given.length > COMPARED_MAX) continue;
      const max = Math.min(SLIP_MAX, Math.ceil(url.length / 2), (best?.far ?? Infinity) - 1);
      const far = spellingDistance(given, known, max);
      if (far <= max) best = { url, far };
    }
    return best?.url.replace(/:(\w+)/g, '{$1}');
  }
}
