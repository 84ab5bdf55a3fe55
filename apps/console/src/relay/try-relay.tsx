import type { Clock } from '@backchannel/client';
import { CopyButton } from '../shared/copy-button.tsx';
import type { RelaySettings } from '../shared/emulator.ts';

type Commands = RelaySettings['commands'];

const TITLES: readonly (readonly [name: keyof Commands, title: string])[] = [
  ['token', 'First a token'],
  ['typing', 'The guest types'],
  ['message', 'The guest writes'],
  ['answer', 'The agent answers'],
  ['explain', 'Ask why'],
];

interface TryRelayProps {
  readonly commands: Commands;
  readonly clock: Clock;
}

/** Lines that call the relay as any program would, to be copied into one terminal. */
export function TryRelay({ commands, clock }: TryRelayProps) {
  return (
    <footer className="pane-foot try-relay">
      <details className="curl">
        <summary>Try it from a terminal</summary>
        <ol>
          {TITLES.map(([name, title]) => (
            <li key={name}>
              <span>{title}</span>
              <CopyButton text={commands[name]} label={`Copy: ${title}`} clock={clock}>
                Copy
              </CopyButton>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
              <pre tabIndex={0}>{commands[name]}</pre>
            </li>
          ))}
        </ol>
      </details>
      <CopyButton text={TITLES.map(([name]) => commands[name]).join('\n')} clock={clock}>
        Copy all
      </CopyButton>
    </footer>
  );
}
