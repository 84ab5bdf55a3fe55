import type { ReactNode } from 'react';
import { useFollowEnd } from './use-follow-end.ts';

/** A message as either side shows it. */
export interface Line {
  readonly id: string;
  readonly from: 'guest' | 'agent' | 'bot';
  readonly text: string;
  /** ISO 8601. */
  readonly time: string;
  readonly status: 'queued' | 'sending' | 'sent' | 'failed';
  /** Why it failed. */
  readonly reason?: string | undefined;
  /** Stable from the moment of sending, while `id` becomes the platform's. */
  readonly tracingId?: string | undefined;
}

interface TranscriptProps {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly own: 'guest' | 'agent';
  /** Stands in the middle while there are no lines. */
  readonly children: ReactNode;
}

const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

export function Transcript({ label, lines, own, children }: TranscriptProps) {
  const { scroller, onScroll } = useFollowEnd<HTMLDivElement>(lines);

  return (
    <div
      ref={scroller}
      className="transcript"
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      onScroll={onScroll}
    >
      <ol>
        {lines.length === 0 && <li className="nothing-yet">{children}</li>}
        {lines.map((line, index) => (
          <TranscriptLine
            key={line.tracingId ?? line.id}
            line={line}
            own={line.from === own}
            follows={lines[index - 1]?.from === line.from}
            lastOfItsKind={lines[index + 1]?.from !== line.from}
          />
        ))}
      </ol>
    </div>
  );
}

interface TranscriptLineProps {
  readonly line: Line;
  readonly own: boolean;
  readonly follows: boolean;
  readonly lastOfItsKind: boolean;
}

function TranscriptLine({ line, own, follows, lastOfItsKind }: TranscriptLineProps) {
  const classes = ['line', line.from, line.status, own && 'own', follows && 'follows'].filter(Boolean).join(' ');
  return (
    <li className={classes}>
      <span className="unseen">{own ? 'You' : line.from}:</span>
      <span className="bubble">{line.text}</span>
      {(lastOfItsKind || line.status !== 'sent') && <span className="below">{below(line, own)}</span>}
    </li>
  );
}

function below({ time, status, reason }: Line, own: boolean): string {
  if (status === 'queued') return 'Waits for the connection…';
  if (status === 'sending') return 'Sending…';
  if (status === 'failed') return reason === undefined ? 'Not sent' : `Not sent: ${reason}`;
  const at = clockTime.format(new Date(time));
  return own ? `${at} · Sent` : at;
}
