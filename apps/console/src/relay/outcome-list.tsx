import type { ExplainLine, RelayConversation } from './relay-answers.ts';
import { nameOf, toneOf } from './words.ts';

/** As on the wire: 24 hours, so that a column of times is narrow. */
const clockTime = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

interface OutcomeListProps {
  readonly lines: readonly ExplainLine[];
  readonly conversation: RelayConversation;
}

/** What became of every signal and message, and why; newest first. */
export function OutcomeList({ lines, conversation }: OutcomeListProps) {
  if (lines.length === 0) return <p className="relay-empty">Nothing was asked of it yet.</p>;
  return (
    <ol className="outcomes" aria-label={`What became of the calls in ${conversation.id}, newest first`}>
      {keyed(lines).map(({ key, line: { time, participant, what, outcome, reason } }) => (
        <li key={key}>
          <time dateTime={time}>{clockTime.format(new Date(time))}</time>
          <span className="who">
            {nameOf(participant, conversation)} · {what}
          </span>
          <b className={toneOf({ outcome })}>{outcome}</b>
          <span className="reason">{reason}</span>
        </li>
      ))}
    </ol>
  );
}

/** Lines have no id: two of one moment that say the same are told apart by their order, oldest first. */
function keyed(lines: readonly ExplainLine[]) {
  const seen = new Map<string, number>();
  return lines
    .toReversed()
    .map((line) => {
      const said = `${line.time} ${line.participant} ${line.what} ${line.outcome}`;
      const before = seen.get(said) ?? 0;
      seen.set(said, before + 1);
      return { key: `${said} ${before}`, line };
    })
    .toReversed();
}
