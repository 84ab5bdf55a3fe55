import { type FormEvent, useState } from 'react';
import { useSnapshot } from '../shared/use-snapshot.ts';
import { describeFault } from './control-answers.ts';
import { type Controls, TARGETS, type Target } from './controls.ts';

const TIMES = [1, 3, 10] as const;

/** Makes things go wrong: at once, for the next few, or by any rule. */
export function FaultControls({ controls }: { readonly controls: Controls }) {
  const { faults } = useSnapshot(controls);
  const [target, setTarget] = useState<Target>('guest messages');
  const [times, setTimes] = useState<number>(1);
  const [word, setWord] = useState('');

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (word !== '' && (await controls.addFault(word))) setWord('');
  }

  return (
    <>
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
      <form onSubmit={(event) => void add(event)}>
        <label htmlFor="fault-rule">Any other fault, as on the command line</label>
        <input
          id="fault-rule"
          type="text"
          autoComplete="off"
          spellCheck={false}
          placeholder="typing@out:delay=800:10%"
          value={word}
          onChange={({ currentTarget: { value } }) => setWord(value)}
        />
        <button type="submit" className="quiet">
          Add
        </button>
      </form>
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
    </>
  );
}
