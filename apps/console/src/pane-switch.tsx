export const PANES = ['guest', 'wire', 'relay', 'agent'] as const;

export type Pane = (typeof PANES)[number];

interface PaneSwitchProps {
  /** Those that there are. */
  readonly panes: readonly Pane[];
  readonly shown: Pane;
  readonly onShow: (pane: Pane) => void;
}

const TITLES: Record<Pane, string> = { guest: 'Guest', wire: 'The wire', relay: 'Relay', agent: 'Agent' };

/** Only on narrow screens, where one pane has room. */
export function PaneSwitch({ panes, shown, onShow }: PaneSwitchProps) {
  return (
    <nav className="pane-switch" aria-label="Panes">
      {panes.map((pane) => (
        <button key={pane} type="button" className="quiet" aria-pressed={pane === shown} onClick={() => onShow(pane)}>
          {TITLES[pane]}
        </button>
      ))}
    </nav>
  );
}
