import { useSnapshot } from '../shared/use-snapshot.ts';
import { describeRobot } from './control-answers.ts';
import type { Controls } from './controls.ts';

/** Robots that are shown: those of before are in the journal. */
const SHOWN = 4;

/** Brings in the other side: somebody who types like a person. */
export function RobotControls({ controls }: { readonly controls: Controls }) {
  const { robots } = useSnapshot(controls);
  return (
    <fieldset>
      <legend>Robots</legend>
      <button type="button" className="quiet" onClick={() => void controls.startRobot('guest')}>
        A guest comes
      </button>
      <button type="button" className="quiet" onClick={() => void controls.startRobot('agent')}>
        The agent answers
      </button>
      {robots.some(({ state }) => state === 'running') && (
        <button type="button" className="quiet" onClick={() => void controls.stopRobots()}>
          Stop them
        </button>
      )}
      {robots.length > 0 && (
        <ul className="facts" aria-label="Robots">
          {robots.slice(-SHOWN).map((robot) => (
            <li key={robot.id}>{describeRobot(robot)}</li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
