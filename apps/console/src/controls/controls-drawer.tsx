import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useSnapshot } from '../shared/use-snapshot.ts';
import type { Journal } from '../wire/journal.ts';
import { AssumptionControls } from './assumption-controls.tsx';
import { ClockControls } from './clock-controls.tsx';
import type { Controls } from './controls.ts';
import { FaultControls } from './fault-controls.tsx';
import { OrganisationControls } from './organisation-controls.tsx';
import { RobotControls } from './robot-controls.tsx';
import './controls.css';

/** Moves the emulator while the conversation goes on beside it: faults, time, robots, assumptions. */
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
        Controls
      </button>
      {open && <Drawer controls={controls} journal={journal} />}
    </div>
  );
}

function Drawer({ controls, journal }: ControlsDrawerProps) {
  const { trouble } = useSnapshot(controls);
  const changed = useSnapshot(journal).entries.findLast(
    ({ fault, kind }) => fault !== undefined || kind === 'robot',
  )?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that a rule fires or a robot goes, it stands otherwise.
  useEffect(() => void controls.refresh(), [controls, changed]);

  return (
    <section id="controls-drawer" className="drawer" aria-label="Controls of the emulator">
      <FaultControls controls={controls} />
      <ClockControls controls={controls} />
      <RobotControls controls={controls} />
      <AssumptionControls controls={controls} />
      <OrganisationControls controls={controls} />
      {trouble !== undefined && <p role="alert">{trouble}</p>}
    </section>
  );
}
