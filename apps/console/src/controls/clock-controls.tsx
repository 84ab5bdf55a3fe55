import { useSnapshot } from '../shared/use-snapshot.ts';
import type { Controls } from './controls.ts';

/** Steps of the clock, by what their button says. */
const STEPS_MS = { '+5 s': 5_000, '+1 min': 60_000, '+1 h': 3_600_000 } as const;

/** Stops the emulator's time and moves it. */
export function ClockControls({ controls }: { readonly controls: Controls }) {
  const { clock } = useSnapshot(controls);
  return (
    <fieldset>
      <legend>
        The emulator’s clock{clock !== undefined && <time dateTime={clock.time}>{clock.time.slice(11, 19)}</time>}
      </legend>
      <button
        type="button"
        className="quiet"
        aria-pressed={clock?.frozen === true}
        onClick={() => void (clock?.frozen ? controls.resume() : controls.freeze())}
      >
        {clock?.frozen ? 'Frozen' : 'Freeze'}
      </button>
      {Object.entries(STEPS_MS).map(([says, byMs]) => (
        <button key={says} type="button" className="quiet" onClick={() => void controls.advance(byMs)}>
          {says}
        </button>
      ))}
    </fieldset>
  );
}
