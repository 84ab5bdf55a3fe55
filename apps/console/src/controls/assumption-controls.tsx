import { useState } from 'react';
import { useSnapshot } from '../shared/use-snapshot.ts';
import type { Controls } from './controls.ts';

/** `typingOpensConversation` → `typing opens conversation`. */
const inWords = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Moves what nobody outside Genesys knows: a client that is right works in every position. */
export function AssumptionControls({ controls }: { readonly controls: Controls }) {
  const { switches, limited } = useSnapshot(controls);
  const [name, setName] = useState('');
  const chosen = switches.find((each) => each.name === name) ?? switches[0];
  const moved = switches.filter((each) => each.value !== each.default);

  return (
    <fieldset>
      <legend>What is assumed of Genesys</legend>
      <select
        aria-label="Switch"
        value={chosen?.name ?? ''}
        onChange={({ currentTarget: { value } }) => setName(value)}
      >
        {switches.map((each) => (
          <option key={each.name} value={each.name}>
            {inWords(each.name)}
          </option>
        ))}
      </select>
      {chosen !== undefined && (
        <>
          <select
            aria-label="Position"
            value={String(chosen.value)}
            onChange={({ currentTarget: { value } }) => {
              const position = chosen.values.find((each) => String(each) === value);
              if (position !== undefined) void controls.moveSwitch(chosen.name, position);
            }}
          >
            {chosen.values.map((each) => (
              <option key={String(each)}>{String(each)}</option>
            ))}
          </select>
          <p className="facts">
            {chosen.says} <em>{chosen.mark}</em>
          </p>
        </>
      )}
      {moved.length > 0 && (
        <ul className="facts" aria-label="Moved switches">
          {moved.map((each) => (
            <li key={each.name}>
              {inWords(each.name)}: {String(each.value)}, not {String(each.default)}
            </li>
          ))}
        </ul>
      )}
      <label>
        <input
          type="checkbox"
          checked={limited}
          onChange={({ currentTarget: { checked } }) => void controls.enforceLimits(checked)}
        />{' '}
        Enforce the platform’s rate limits
      </label>
    </fieldset>
  );
}
