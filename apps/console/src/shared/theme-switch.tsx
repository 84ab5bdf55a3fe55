import { useLayoutEffect, useState, useSyncExternalStore } from 'react';

const STORAGE_KEY = 'backchannel.theme';

type Theme = 'light' | 'dark';

const dark = matchMedia('(prefers-color-scheme: dark)');

function followSystem(listener: () => void): () => void {
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
}

function chosen(): Theme | undefined {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : undefined;
}

/** Follows the system until somebody chooses. */
export function ThemeSwitch() {
  const system: Theme = useSyncExternalStore(followSystem, () => dark.matches) ? 'dark' : 'light';
  const [choice, setChoice] = useState(chosen);
  const theme = choice ?? system;
  const other: Theme = theme === 'dark' ? 'light' : 'dark';

  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  function switchTheme(): void {
    localStorage.setItem(STORAGE_KEY, other);
    setChoice(other);
  }

  return (
    <button type="button" className="quiet" aria-label={`Switch to ${other} colours`} onClick={switchTheme}>
      {other === 'dark' ? 'Dark' : 'Light'}
    </button>
  );
}
