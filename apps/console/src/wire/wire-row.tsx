import type { FocusEvent, KeyboardEvent } from 'react';
import { categoriesOf, isRefused, type JournalEntry, sideOf } from './journal-entry.ts';
import { JsonView } from './json-view.tsx';

interface WireRowProps {
  readonly entry: JournalEntry;
  readonly open: boolean;
  /** One row at a time is in the tab order; arrow keys move it. */
  readonly inTabOrder: boolean;
  readonly onToggle: () => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function WireRow({ entry, open, inTabOrder, onToggle, onFocus, onKeyDown }: WireRowProps) {
  const side = sideOf(entry);
  const classes = [
    'wire-row',
    side,
    categoriesOf(entry).has('typing') && 'typing-frame',
    isRefused(entry) && 'refused',
  ];
  return (
    <li className={classes.filter(Boolean).join(' ')}>
      <button
        type="button"
        className="frame"
        aria-expanded={open}
        tabIndex={inTabOrder ? 0 : -1}
        onClick={onToggle}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
      >
        <Arrow entry={entry} lane="guest" />
        <time dateTime={entry.time}>{wallClock(entry.time)}</time>
        <span className="kind">{entry.kind}</span>
        <span className="surface">{entry.surface}</span>
        <span className="status">{entry.status}</span>
        <span className="size">{entry.size > 0 && `${entry.size.toLocaleString('en')} B`}</span>
        <Arrow entry={entry} lane="agent" />
        {entry.note !== undefined && <span className="note">{entry.note}</span>}
      </button>
      {open && <FrameDetails entry={entry} />}
    </li>
  );
}

/**
 * Arrows as in a sequence diagram: the guest stands left of Genesys, the agent right of it. So a frame's arrow is in the
 * lane of its side, and points to or away from the middle.
 */
function Arrow({ entry, lane }: { readonly entry: JournalEntry; readonly lane: 'guest' | 'agent' }) {
  if (sideOf(entry) !== lane) return <span className="arrow" />;
  const rightward = (lane === 'guest') === (entry.direction === 'in');
  return (
    <span className="arrow">
      <svg viewBox="0 0 16 10" aria-hidden="true">
        <path d={rightward ? 'M1 5h13M10 1l4 4-4 4' : 'M15 5H2M6 1 2 5l4 4'} />
      </svg>
      <span className="unseen">{entry.direction === 'in' ? `${lane} to Genesys` : `Genesys to ${lane}`}</span>
    </span>
  );
}

function FrameDetails({ entry }: { readonly entry: JournalEntry }) {
  return (
    <div className="frame-details">
      {entry.conversationId !== undefined && <p>Conversation {entry.conversationId}</p>}
      {entry.fault !== undefined && <p>Injected by {entry.fault}</p>}
      {entry.unread !== undefined && <p>Not read: {entry.unread.map(({ field }) => field).join(', ')}</p>}
      {entry.payload === undefined ? <p>No body.</p> : <JsonView value={entry.payload} />}
    </div>
  );
}

const wallClockFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

function wallClock(time: string): string {
  return wallClockFormat.format(new Date(time));
}
