import { type KeyboardEvent, useMemo, useState } from 'react';
import { useFollowEnd } from '../shared/use-follow-end.ts';
import { useSnapshot } from '../shared/use-snapshot.ts';
import type { Journal, JournalSnapshot } from './journal.ts';
import { type Filter, NO_FILTER, passes, queryOf } from './journal-entry.ts';
import type { Tally } from './tally.ts';
import { WireFilter } from './wire-filter.tsx';
import { linesOf, type WireLine } from './wire-line.ts';
import { WireRow } from './wire-row.tsx';
import './wire.css';

interface WirePaneProps {
  readonly journal: Journal;
  readonly tally: Tally;
  readonly exportUrl: string;
}

export function WirePane({ journal, tally, exportUrl }: WirePaneProps) {
  const live = useSnapshot(journal);
  const [frozen, setFrozen] = useState<JournalSnapshot>();
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const shown = frozen ?? live;
  const passing = useMemo(() => shown.entries.filter((entry) => passes(entry, filter)), [shown, filter]);
  const lines = useMemo(() => linesOf(passing), [passing]);
  const waiting = frozen === undefined ? 0 : live.entries.length + live.gone - (frozen.entries.length + frozen.gone);

  function clear(): void {
    journal.clear();
    setFrozen(undefined);
  }

  return (
    <section className="pane wire" aria-labelledby="wire-title">
      <header className="pane-head">
        <h2 id="wire-title">The wire</h2>
        <span className="beside">
          {live.state === 'lost' ? 'journal lost, trying again…' : 'real frames, as they pass'}
        </span>
        <button
          type="button"
          className="quiet"
          aria-pressed={frozen !== undefined}
          onClick={() => setFrozen(frozen === undefined ? live : undefined)}
        >
          {frozen === undefined ? 'Pause' : waiting > 0 ? `Paused · ${waiting} new` : 'Paused'}
        </button>
        <a className="quiet" href={`${exportUrl}?${queryOf(filter)}`} download>
          Save
        </a>
        <button type="button" className="quiet" onClick={clear}>
          Clear
        </button>
      </header>
      <WireFilter filter={filter} onChange={setFilter} />
      <div className="lanes" aria-hidden="true">
        <span className="guest">guest</span>
        <span>Genesys Cloud</span>
        <span className="agent">agent</span>
      </div>
      <Frames lines={lines} gone={shown.gone} filtered={passing.length < shown.entries.length} />
      <Record tally={tally} />
    </section>
  );
}

/** The point of it all, from the emulator's own record: signals pass, and the transcript holds messages only. */
function Record({ tally }: { readonly tally: Tally }) {
  const { typing, transcript } = useSnapshot(tally);
  return (
    <footer className="record">
      <p>
        <b>{typing}</b> typing {typing === 1 ? 'signal' : 'signals'} delivered
      </p>
      <p>
        <b>{transcript}</b> {transcript === 1 ? 'entry' : 'entries'} in the transcript
      </p>
    </footer>
  );
}

interface FramesProps {
  readonly lines: readonly WireLine[];
  readonly gone: number;
  readonly filtered: boolean;
}

function Frames({ lines, gone, filtered }: FramesProps) {
  const { scroller, following, setFollowing, onScroll } = useFollowEnd<HTMLOListElement>(lines);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [focused, setFocused] = useState<number>();
  const tabStop = lines.some(({ entry }) => entry.seq === focused) ? focused : lines.at(-1)?.entry.seq;

  function toggle(seq: number): void {
    const next = new Set(open);
    if (!next.delete(seq)) next.add(seq);
    setOpen(next);
    // Whoever opens a frame wants to read it, not to see it run away.
    if (next.has(seq)) setFollowing(false);
  }

  return (
    <div className="frames">
      <ol ref={scroller} aria-label="Frames and requests, oldest first" onScroll={onScroll}>
        {gone > 0 && <li className="gone">{gone.toLocaleString('en')} older entries are no longer on this page.</li>}
        {lines.map((line) => (
          <WireRow
            key={line.entry.seq}
            line={line}
            open={open.has(line.entry.seq)}
            inTabOrder={line.entry.seq === tabStop}
            onToggle={() => toggle(line.entry.seq)}
            onFocus={() => setFocused(line.entry.seq)}
            onKeyDown={moveFocus}
          />
        ))}
        {lines.length === 0 && (
          <li className="nothing-yet">
            {filtered ? 'Nothing passes this filter.' : 'Nothing has passed yet. Type on either side.'}
          </li>
        )}
      </ol>
      {!following && (
        <button type="button" className="quiet to-end" onClick={() => setFollowing(true)}>
          Follow the latest
        </button>
      )}
    </div>
  );
}

/** Arrow keys, Home and End go from frame to frame; Enter and Space, being a button's own, open one. */
function moveFocus(event: KeyboardEvent): void {
  const rows = [...(event.currentTarget.closest('ol')?.querySelectorAll<HTMLElement>('.frame') ?? [])];
  const at = rows.indexOf(event.currentTarget as HTMLElement);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
  const row = to === undefined ? undefined : rows[to];
  if (row === undefined) return;
  event.preventDefault();
  row.focus();
}
