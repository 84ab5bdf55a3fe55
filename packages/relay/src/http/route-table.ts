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

/** Longest path that is compared with the known ones; longer ones are certainly not a slip of the pen. */
const COMPARED_MAX = 200;

const segments = (path: string): string[] => path.split('/').filter((segment) => segment !== '');

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((part, index) => part === '*' || part.startsWith(':') || part === path[index]);
}

/** Every route of the relay: for 404 and 405 answers, and for the matrix of tests that no route may be missing from. */
export class RouteTable {
  readonly #routes: ServedRoute[] = [];

  add(route: ServedRoute): void {
    this.#routes.push(route);
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
    if (path.length > COMPARED_MAX) return undefined;
    const parts = segments(path);
    let best: { readonly url: string; readonly far: number } | undefined;
    for (const { url } of this.#routes) {
      if (url.includes('*')) continue;
      const spelled = segments(url).map((part, index) => (part.startsWith(':') ? (parts[index] ?? part) : part));
      const far = spellingDistance(`/${parts.join('/')}`.toLowerCase(), `/${spelled.join('/')}`.toLowerCase());
      if (best === undefined || far < best.far) best = { url, far };
    }
    if (best === undefined || best.far > Math.ceil(best.url.length / 2)) return undefined;
    return best.url.replace(/:(\w+)/g, '{$1}');
  }
}
