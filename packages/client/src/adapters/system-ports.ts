import { BackchannelError } from '../error.ts';
import type { IdSource, Ports, Random, WebSocketLike } from '../ports.ts';
import { systemClock } from './system-clock.ts';

const random: Random = { next: () => Math.random() };

const ids: IdSource = {
  // Not crypto.randomUUID: browsers hide it from pages that came by plain http.
  uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(30));
    let next = 0;
    // One byte for each digit that is open: 120 bits of chance. The variant's digit may be 8 to b and is always 8.
    return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => ((bytes[next++] ?? 0) & 15).toString(16));
  },
};

function openSocket(url: string): WebSocketLike {
  if (typeof WebSocket === 'undefined') {
    throw new BackchannelError(
      'environment.no-websocket',
      'Cannot open a socket: there is no global WebSocket. Pass ports.openSocket with one of the package "ws", or use Node 22.',
    );
  }
  return new WebSocket(url);
}

/** The real clock, chance, ids, sockets, `fetch` and time of day of this runtime (browser, or Node from 20.19). */
export function systemPorts(): Ports {
  return {
    clock: systemClock,
    random,
    ids,
    openSocket,
    fetch: (input, init) => fetch(input, init),
    wallTime: () => new Date().toISOString(),
  };
}

/** The given ports, completed by the system's. */
export function completePorts(ports: Partial<Ports> | undefined): Ports {
  return { ...systemPorts(), ...ports };
}
