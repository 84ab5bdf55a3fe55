/** What a narrow screen shows at a time: the two people together, so that each sees what the other does. */
export const PANES = ['people', 'wire', 'relay'] as const;

export type Pane = (typeof PANES)[number];

interface PaneSwitchProps {
  /** Those that there are. */
  readonly panes: readonly Pane[];
  readonly shown: Pane;
  readonly onShow: (pane: Pane) => void;
}

const TITLES: Record<Pane, string> = { people: 'Guest and agent', wire: 'The wire', relay: 'Relay' };

/** Only on narrow screens, where not all has room. */
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
