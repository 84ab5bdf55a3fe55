import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { typingCurl } from '../src/agent/typing-curl.ts';

const line = typingCurl({
  emulatorUrl: 'http://127.0.0.1:4100',
  token: 'emulator-token',
  conversationId: 'conversation',
  communicationId: 'communication',
  durationMs: 6_000,
});

test('a shell reads the line as the agent’s typing call', () => {
  // The shell splits the words; `curl` is a function that prints them, one a line.
  const script = `curl() { printf '%s\\n' "$@"; }\n${line}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual([
    '-X',
    'POST',
    'http://127.0.0.1:4100/api/v2/conversations/messages/conversation/communications/communication/typing',
    '-H',
    'Authorization: Bearer emulator-token',
    '-H',
    'Content-Type: application/json',
    '-d',
    '{"typing":{"type":"On","duration":6000}}',
  ]);
});
