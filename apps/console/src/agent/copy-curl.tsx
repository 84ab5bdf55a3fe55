import type { Clock } from '@backchannel/client';
import { useEffect, useState } from 'react';
import type { Emulator } from '../shared/emulator.ts';
import { typingCurl } from './typing-curl.ts';

/** How long the button says that it copied. */
const SAY_COPIED_MS = 2_000;

/** What the SDK declares too: a second more than the 5 s between two signals. */
const DURATION_MS = 6_000;

interface CopyCurlProps {
  readonly conversationId: string;
  readonly communicationId: string;
  readonly emulator: Emulator;
  readonly clock: Clock;
}

/** The same signal without the SDK, from any terminal. */
export function CopyCurl({ conversationId, communicationId, emulator, clock }: CopyCurlProps) {
  const [said, setSaid] = useState<string>();
  const line = typingCurl({
    emulatorUrl: emulator.url,
    token: emulator.info.agents[0]?.token ?? '',
    conversationId,
    communicationId,
    durationMs: DURATION_MS,
  });

  useEffect(() => (said ? clock.after(SAY_COPIED_MS, () => setSaid(undefined)) : undefined), [said, clock]);

  function copy(): void {
    navigator.clipboard.writeText(line).then(
      () => setSaid('Copied'),
      () => setSaid('The browser forbids it'),
    );
  }

  return (
    <footer className="pane-foot">
      <details className="curl">
        <summary>Dots from a terminal</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
        <pre tabIndex={0}>{line}</pre>
      </details>
      <button type="button" className="quiet" onClick={copy}>
        {said ?? 'Copy as curl'}
      </button>
    </footer>
  );
}
