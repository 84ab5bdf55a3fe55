import type { Clock } from '@backchannel/client';
import { type ReactNode, useEffect, useState } from 'react';

/** How long the button says that it copied. */
const SAY_COPIED_MS = 2_000;

interface CopyButtonProps {
  readonly text: string;
  /** Its name where its content alone does not say what is copied. */
  readonly label?: string | undefined;
  readonly clock: Clock;
  readonly children: ReactNode;
}

export function CopyButton({ text, label, clock, children }: CopyButtonProps) {
  const [said, setSaid] = useState<string>();
  useEffect(() => (said ? clock.after(SAY_COPIED_MS, () => setSaid(undefined)) : undefined), [said, clock]);

  function copy(): void {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('The browser forbids it'),
    );
  }

  return (
    <button type="button" className="quiet" aria-label={said ?? label} onClick={copy}>
      {said ?? children}
    </button>
  );
}
