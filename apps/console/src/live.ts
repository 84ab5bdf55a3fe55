import { hostsAt, systemPorts } from '@backchannel/client';
import { AgentSession } from '@backchannel/client/agent';
import { Controls } from './controls/controls.ts';
import { GuestSeat } from './guest/guest-seat.ts';
import { RelayWatch } from './relay/relay-watch.ts';
import { findEmulator, findRelay, Trouble } from './shared/emulator.ts';
import { Journal } from './wire/journal.ts';
import { Tally } from './wire/tally.ts';

/**
 * Everything on the page that is alive: both ends of the conversation and the record of the wire. It lives outside React,
 * so that rendering twice never connects twice.
 */
export interface Live {
  readonly kind: 'live';
  readonly emulator: Awaited<ReturnType<typeof findEmulator>>;
  readonly guest: GuestSeat;
  readonly agent: AgentSession;
  readonly journal: Journal;
  readonly tally: Tally;
  readonly controls: Controls;
  /** Absent where this page is served by something else. */
  readonly relay: RelayWatch | undefined;
  readonly clock: ReturnType<typeof systemPorts>['clock'];
}

/** Connects everything, or says what keeps the page from it. */
export async function goLive(page: URL): Promise<Live | Trouble> {
  try {
    const emulator = await findEmulator(page);
    const [seat] = emulator.info.agents;
    if (seat === undefined) throw new Trouble('The emulator has no agent.');
    const guest = new GuestSeat(emulator, sessionStorage);
    const agent = new AgentSession({ hosts: hostsAt(emulator.url), token: seat.token });
    const journal = new Journal(new EventSource(emulator.journalUrl));
    const tally = new Tally(journal, () => emulator.conversations());
    const controls = new Controls(emulator.url);
    const { clock } = systemPorts();
    const settings = await findRelay(page);
    const relay = settings && new RelayWatch({ origin: page.origin, settings, clock });
    relay?.start();
    // What becomes of them shows in their snapshots.
    void agent.connect();
    void guest.session.connect();
    return { kind: 'live', emulator, guest, agent, journal, tally, controls, relay, clock };
  } catch (error) {
    if (error instanceof Trouble) return error;
    throw error;
  }
}
