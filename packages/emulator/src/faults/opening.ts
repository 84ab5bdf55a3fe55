import type { Socket } from 'node:net';
import type { Journal } from '../journal/journal.ts';
import { refuseUpgrade } from '../sockets.ts';
import type { Faults } from './faults.ts';
import { noteOf } from './fired.ts';
import type { FrameSurface } from './targets.ts';

/** Opens a WebSocket unless a rule for `open` refuses, delays or breaks it. */
export function openPastFaults(
  faults: Faults,
  surface: FrameSurface,
  journal: Journal,
  tcp: Socket,
  open: () => void,
): void {
  const fired = faults.idle ? undefined : faults.fires(surface, 'in', 'open');
  if (fired === undefined) {
    open();
    return;
  }
  const { rule } = fired;
  const status = rule.effect === 'status' ? rule.status : undefined;
  journal.record({ direction: 'in', surface, kind: 'open', size: 0, status, note: noteOf(fired), fault: fired.id });
  if (status !== undefined) {
    const headers = status === 429 ? [`Retry-After: ${rule.retryAfterSeconds}`] : [];
    refuseUpgrade(tcp, `${status} Injected`, noteOf(fired), headers);
  } else if (rule.effect === 'cut') {
    tcp.resetAndDestroy();
  } else if (rule.effect === 'delay') {
    const arrive = (): void => {
      if (!tcp.destroyed) open();
    };
    tcp.once(
      'close',
      faults.hold(rule.delayMs, arrive, () => tcp.destroy()),
    );
  } else {
    tcp.once(
      'close',
      faults.abandon(() => tcp.destroy()),
    );
  }
}
