import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BOUNDS } from './bounds.ts';
import { EmulatorError } from './emulator-error.ts';
import { nearestName } from './nearest-name.ts';
import { refuseUpgrade } from './sockets.ts';

const PREFIX = '/_tenants/';
/** `/_tenants/{name}` and what follows it. */
const TENANT_PATH = /^\/_tenants\/([^/?]*)(.*)$/s;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What answers under a tenant's path. Implemented by `Emulator`. */
export interface Tenant {
  handle(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, tcp: Socket, head: Buffer): void;
}

/**
 * The tenants that share one port. Each has a base URL of its own, `{url}/_tenants/{name}`; below it everything stands where
 * it stands on an emulator alone. So a tenant sees the path without its own, and a host with it: the absolute URLs that it
 * writes (of a notification channel, of the guest socket) lead back to it.
 */
export class Tenants<Each extends Tenant> {
  readonly #tenants = new Map<string, Each>();
  #count = 0;

  list(): readonly (readonly [name: string, tenant: Each])[] {
    return [...this.#tenants];
  }

  find(name: string): Each | undefined {
    return this.#tenants.get(name);
  }

  /** A name that can be taken: the given one, or the next number. Throws `EmulatorError` (`option.invalid`). */
  nameFor(given: unknown): string {
    if (this.#tenants.size >= BOUNDS.tenants) {
      throw new EmulatorError(
        'option.invalid',
        `There cannot be another tenant: the emulator has its bound of ${BOUNDS.tenants}. Close one that is no longer needed.`,
      );
    }
    if (given === undefined) {
      do this.#count += 1;
      while (this.#tenants.has(`tenant-${this.#count}`));
      return `tenant-${this.#count}`;
    }
    if (typeof given !== 'string' || !NAME.test(given)) {
      throw new EmulatorError(
        'option.invalid',
        `name cannot be ${JSON.stringify(given)} (${typeof given}): a tenant's name stands in its URL, so use up to 63 small letters, digits and hyphens.`,
      );
    }
    if (this.#tenants.has(given)) {
      throw new EmulatorError(
        'option.invalid',
        `name cannot be "${given}": there is a tenant with that name. Take another one, or close that tenant first.`,
      );
    }
    return given;
  }

  add(name: string, tenant: Each): void {
    this.#tenants.set(name, tenant);
  }

  remove(name: string): void {
    this.#tenants.delete(name);
  }

  static urlOf(baseUrl: string, name: string): string {
    return `${baseUrl}${PREFIX}${name}`;
  }

  /** Hands the request to its tenant, or refuses it; `false` when its path is no tenant's. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const addressed = this.#addressed(request);
    if (addressed === undefined) return false;
    const tenant = this.#enter(request, addressed);
    if (tenant !== undefined) {
      tenant.handle(request, response);
    } else {
      const message = `tenant.unknown: ${this.#unknown(addressed.name)}`;
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 404, code: 'tenant.unknown', message }));
    }
    return true;
  }

  /** The same for a WebSocket. */
  upgrade(request: IncomingMessage, tcp: Socket, head: Buffer): boolean {
    const addressed = this.#addressed(request);
    if (addressed === undefined) return false;
    const tenant = this.#enter(request, addressed);
    if (tenant !== undefined) {
      tenant.upgrade(request, tcp, head);
    } else {
      tcp.once('error', () => tcp.destroy());
      refuseUpgrade(tcp, '404 Not Found', this.#unknown(addressed.name));
    }
    return true;
  }

  #addressed({ url = '' }: IncomingMessage): { readonly name: string; readonly rest: string } | undefined {
    const [, name, rest] = TENANT_PATH.exec(url) ?? [];
    return name === undefined || rest === undefined ? undefined : { name, rest };
  }

  #enter(request: IncomingMessage, { name, rest }: { readonly name: string; readonly rest: string }): Each | undefined {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) return undefined;
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    if (request.headers.host !== undefined) request.headers.host += `${PREFIX}${name}`;
    return tenant;
  }

  #unknown(name: string): string {
    const nearest = nearestName(name, [...this.#tenants.keys()]);
    const hint = nearest === undefined ? 'POST /_emulator/tenants makes one.' : `Did you mean "${nearest}"?`;
    return `There is no tenant ${JSON.stringify(name.slice(0, 63))}. ${hint}`;
  }
}
