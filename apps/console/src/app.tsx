import { type ReactNode, Suspense, use, useState } from 'react';
import { AgentPane } from './agent/agent-pane.tsx';
import { ControlsDrawer } from './controls/controls-drawer.tsx';
import { GuestPane } from './guest/guest-pane.tsx';
import type { Live } from './live.ts';
import { PANES, type Pane, PaneSwitch } from './pane-switch.tsx';
import { RelayPane } from './relay/relay-pane.tsx';
import { Trouble } from './shared/emulator.ts';
import { ThemeSwitch } from './shared/theme-switch.tsx';
import { WirePane } from './wire/wire-pane.tsx';

export function App({ live }: { readonly live: Promise<Live | Trouble> }) {
  return (
    <div className="page">
      <Suspense fallback={<Masthead emulatorUrl={undefined} />}>
        <Page live={live} />
      </Suspense>
    </div>
  );
}

function Page({ live }: { readonly live: Promise<Live | Trouble> }) {
  const found = use(live);
  if (found instanceof Trouble) {
    return (
      <>
        <Masthead emulatorUrl={undefined} />
        <main className="trouble" role="alert">
          <h2>{found.message}</h2>
          <p>{found.fix}</p>
          <pre>{found.command}</pre>
        </main>
      </>
    );
  }
  return (
    <>
      <Masthead emulatorUrl={found.emulator.url}>
        <ControlsDrawer controls={found.controls} journal={found.journal} />
      </Masthead>
      <Conversation live={found} />
    </>
  );
}

const PANES_WITHOUT_RELAY = PANES.filter((pane) => pane !== 'relay');

interface MastheadProps {
  readonly emulatorUrl: string | undefined;
  readonly children?: ReactNode;
}

function Masthead({ emulatorUrl, children }: MastheadProps) {
  return (
    <header className="masthead">
      <h1>Backchannel</h1>
      <p className="sentence">Type on one side: the other shows the dots, and the transcript never knows.</p>
      {emulatorUrl !== undefined && (
        <span className="whereabouts">
          Genesys Cloud: the emulator at <a href={`${emulatorUrl}/_emulator/`}>{new URL(emulatorUrl).host}</a>
        </span>
      )}
      {children}
      <ThemeSwitch />
    </header>
  );
}

/** The customer left, the agent right, and between them the wire that makes it work, and the relay that programs call. */
function Conversation({ live: { guest, agent, journal, tally, relay, emulator, clock } }: { readonly live: Live }) {
  const [shown, setShown] = useState<Pane>('people');
  return (
    <>
      <PaneSwitch panes={relay ? PANES : PANES_WITHOUT_RELAY} shown={shown} onShow={setShown} />
      <main className="panes" data-shown={shown}>
        <GuestPane seat={guest} emulator={emulator} clock={clock} />
        <WirePane journal={journal} tally={tally} exportUrl={`${emulator.url}/_emulator/journal/export`} />
        {relay !== undefined && <RelayPane relay={relay} clock={clock} />}
        <AgentPane agent={agent} guest={guest} journal={journal} relay={relay} emulator={emulator} clock={clock} />
      </main>
    </>
  );
}
