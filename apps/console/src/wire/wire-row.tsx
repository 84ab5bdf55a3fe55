import type { FocusEvent, KeyboardEvent } from 'react';
import { categoriesOf, isRefused, isWarning, type JournalEntry, sideOf } from './journal-entry.ts';
import { JsonView } from './json-view.tsx';
import type { WireLine } from './wire-line.ts';

interface WireRowProps {
  readonly line: WireLine;
  readonly open: boolean;
  /** One row at a time is in the tab order; arrow keys move it. */
  readonly inTabOrder: boolean;
  readonly onToggle: () => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function WireRow({ line, open, inTabOrder, onToggle, onFocus, onKeyDown }: WireRowProps) {
  const { entry, answer, count } = line;
  const { status, size } = answer ?? entry;
  const side = sideOf(entry);
  const classes = [
    'wire-row',
    side,
    categoriesOf(entry).has('typing') && 'typing-frame',
    isWarning(entry) && 'warned',
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
        <Arrow line={line} lane="guest" />
        <time dateTime={entry.time}>{wallClock(entry.time)}</time>
        <span className="what">
          <span className="kind">{entry.kind}</span>
          {count > 1 && (
            <span className="times">
              <span aria-hidden="true">×{count}</span>
              <span className="unseen">, {count} times</span>
            </span>
          )}
        </span>
        <span className="surface">{entry.surface}</span>
        <span className="status">{status}</span>
        <span className="size">{size > 0 && `${size.toLocaleString('en')} B`}</span>
        <Arrow line={line} lane="agent" />
        {entry.note !== undefined && <span className="note">{entry.note}</span>}
      </button>
      {open && <FrameDetails line={line} />}
    </li>
  );
}

/**
 * Arrows as in a sequence diagram: the guest stands left of Genesys, the agent right of it. So a frame's arrow is in the
 * lane of its side, and points to or away from the middle; that of a request with its answer points both ways.
 */
function Arrow({ line: { entry, answer }, lane }: { readonly line: WireLine; readonly lane: 'guest' | 'agent' }) {
  if (sideOf(entry) !== lane) return <span className="arrow" />;
  const rightward = (lane === 'guest') === (entry.direction === 'in');
  const words = entry.direction === 'in' ? `${lane} to Genesys` : `Genesys to ${lane}`;
  return (
    <span className="arrow">
      <svg viewBox="0 0 16 10" aria-hidden="true">
        <path d={answer === undefined ? (rightward ? RIGHTWARD : LEFTWARD) : BOTH_WAYS} />
      </svg>
      <span className="unseen">{answer === undefined ? words : `${words} and back`}</span>
    </span>
  );
}

const RIGHTWARD = 'M1 5h13M10 1l4 4-4 4';
const LEFTWARD = 'M15 5H2M6 1 2 5l4 4';
const BOTH_WAYS = 'M2 5h12M11 2l3 3-3 3M5 2 2 5l3 3';

function FrameDetails({ line: { entry, answer, count, withinMs } }: { readonly line: WireLine }) {
  return (
    <div className="frame-details">
      {count > 1 && (
        <p>
          {count} equal ones within {Math.ceil(withinMs)} ms
          {entry.surface === 'notifications' && ': a notification goes to every socket that has subscribed'}.
        </p>
      )}
      {entry.conversationId !== undefined && <p>Conversation {entry.conversationId}</p>}
      {entry.fault !== undefined && <p>Injected by {entry.fault}</p>}
      {entry.unread !== undefined && <p>Not read: {entry.unread.map(({ field }) => field).join(', ')}</p>}
      {answer !== undefined && <p>The request</p>}
      <Body entry={entry} />
      {answer !== undefined && (
        <>
          <p>The answer, {Math.ceil(answer.atMs - entry.atMs)} ms later</p>
          <Body entry={answer} />
        </>
      )}
    </div>
  );
}

function Body({ entry: { payload } }: { readonly entry: JournalEntry }) {
  return payload === undefined ? <p>No body.</p> : <JsonView value={payload} />;
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
