const PANES = ['guest', 'wire', 'agent'] as const;

export type Pane = (typeof PANES)[number];

interface PaneSwitchProps {
  readonly shown: Pane;
  readonly onShow: (pane: Pane) => void;
}

const TITLES: Record<Pane, string> = { guest: 'Guest', wire: 'The wire', agent: 'Agent' };

/** Only on narrow screens, where one pane has room. */
export function PaneSwitch({ shown, onShow }: PaneSwitchProps) {
  return (
    <nav className="pane-switch" aria-label="Panes">
      {PANES.map((pane) => (
        <button key={pane} type="button" className="quiet" aria-pressed={pane === shown} onClick={() => onShow(pane)}>
          {TITLES[pane]}
        </button>
      ))}
    </nav>
  );
}
