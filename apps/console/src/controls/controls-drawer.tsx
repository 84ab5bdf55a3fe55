import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useSnapshot } from '../shared/use-snapshot.ts';
import type { Journal } from '../wire/journal.ts';
import { type Controls, describeFault, TARGETS, type Target } from './controls.ts';
import './controls.css';

/** Steps of the clock, by what their button says. */
const STEPS_MS = { '+5 s': 5_000, '+1 min': 60_000, '+1 h': 3_600_000 } as const;

const TIMES = [1, 3, 10] as const;

/** Makes things go wrong and moves the emulator's time, while the conversation goes on beside it. */
interface ControlsDrawerProps {
  readonly controls: Controls;
  readonly journal: Journal;
}

export function ControlsDrawer({ controls, journal }: ControlsDrawerProps) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);

  function closeOnEscape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !open) return;
    setOpen(false);
    opener.current?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from wherever the focus is inside.
    <div className="controls" onKeyDown={closeOnEscape}>
      <button
        ref={opener}
        type="button"
        className="quiet"
        aria-expanded={open}
        aria-controls="controls-drawer"
        onClick={() => setOpen(!open)}
      >
        Faults &amp; clock
      </button>
      {open && <Drawer controls={controls} journal={journal} />}
    </div>
  );
}

function Drawer({ controls, journal }: ControlsDrawerProps) {
  const { faults, clock, trouble } = useSnapshot(controls);
  const struck = useSnapshot(journal).entries.findLast(({ fault }) => fault !== undefined)?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that a rule fires, its count has changed.
  useEffect(() => void controls.refresh(), [controls, struck]);
  const [target, setTarget] = useState<Target>('guest messages');
  const [times, setTimes] = useState<number>(1);

  return (
    <section id="controls-drawer" className="drawer" aria-label="Faults and clock">
      <fieldset>
        <legend>Break a line</legend>
        <button type="button" className="quiet" onClick={() => void controls.cut('guests')}>
          Cut the guests
        </button>
        <button type="button" className="quiet" onClick={() => void controls.cut('notifications')}>
          Cut the agents
        </button>
      </fieldset>
      <fieldset>
        <legend>Answer 429</legend>
        <label>
          to the next{' '}
          <select value={times} onChange={({ currentTarget: { value } }) => setTimes(Number(value))}>
            {TIMES.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <select
          aria-label="What is refused"
          value={target}
          onChange={({ currentTarget: { value } }) => setTarget(value as Target)}
        >
          {Object.keys(TARGETS).map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <button type="button" className="quiet" onClick={() => void controls.refuseNext(target, times)}>
          Refuse
        </button>
      </fieldset>
      {faults.length > 0 && (
        <div className="rules">
          <ul aria-label="Fault rules">
            {faults.map((fault) => (
              <li key={fault.id}>{describeFault(fault)}</li>
            ))}
          </ul>
          <button type="button" className="quiet" onClick={() => void controls.heal()}>
            Heal everything
          </button>
        </div>
      )}
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
      {trouble !== undefined && <p role="alert">{trouble}</p>}
    </section>
  );
}
