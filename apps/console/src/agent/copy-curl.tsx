import type { Clock } from '@backchannel/client';
import { CopyButton } from '../shared/copy-button.tsx';
import type { Emulator } from '../shared/emulator.ts';
import { typingCurl } from './typing-curl.ts';

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
  const line = typingCurl({
    emulatorUrl: emulator.url,
    token: emulator.info.agents[0]?.token ?? '',
    conversationId,
    communicationId,
    durationMs: DURATION_MS,
  });

  return (
    <footer className="pane-foot">
      <details className="curl">
        <summary>Dots from a terminal</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
        <pre tabIndex={0}>{line}</pre>
      </details>
      <CopyButton text={line} clock={clock}>
        Copy as curl
      </CopyButton>
    </footer>
  );
}
