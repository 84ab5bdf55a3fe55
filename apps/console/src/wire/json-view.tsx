import type { ReactNode } from 'react';

/** Values nested deeper than this start folded. */
const OPEN_DEPTH = 4;

/** JSON to read and to fold. Folds are native `details`, so the keyboard and screen readers know them. */
export function JsonView({ value }: { readonly value: unknown }) {
  return (
    <div className="json">
      <Value value={value} depth={0} after="" />
    </div>
  );
}

interface ValueProps {
  readonly name?: string;
  readonly value: unknown;
  readonly depth: number;
  readonly after: string;
}

function Value({ name, value, depth, after }: ValueProps) {
  const label = name !== undefined && (
    <>
      <span className="key">{JSON.stringify(name)}</span>
      {': '}
    </>
  );
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="leaf">
        {label}
        <span className={value === null ? 'null' : typeof value}>{JSON.stringify(value)}</span>
        {after}
      </div>
    );
  }

  const isList = Array.isArray(value);
  const members = Object.entries(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) {
    return (
      <div className="leaf">
        {label}
        {`${open}${close}${after}`}
      </div>
    );
  }
  const inside = members.map(
    ([key, member], index): ReactNode => (
      <Value
        key={key}
        {...(isList ? {} : { name: key })}
        value={member}
        depth={depth + 1}
        after={index === members.length - 1 ? '' : ','}
      />
    ),
  );
  if (depth === 0) {
    return (
      <>
        {open}
        <div className="nested">{inside}</div>
        {close}
      </>
    );
  }
  return (
    <details open={depth < OPEN_DEPTH}>
      <summary>
        {label}
        {open}
        <span className="folded">{` … ${close}${after}`}</span>
      </summary>
      <div className="nested">{inside}</div>
      {`${close}${after}`}
    </details>
  );
}
