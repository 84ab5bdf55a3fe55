import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { CollectingIo } from './support/collecting-io.ts';

const COMMANDS = [
  '',
  'dev',
  'emulator',
  'relay',
  'relay config',
  'relay config check',
  'relay config example',
  'relay config schema',
  'relay hash-secret',
];

async function helpOf(command: string, program: string): Promise<string> {
  const io = new CollectingIo({ program, columns: 120 });
  expect(await main([...command.split(' ').filter(Boolean), '--help'], io)).toBe(0);
  return io.stdout.text;
}

describe.each(['backchannel', 'npx backchannel', 'node packages/cli/bin/backchannel.js'])('help for %s', (program) => {
  test.each(COMMANDS)('of "%s" has no line that is torn, and none over 80 columns', async (command) => {
    const text = await helpOf(command, program);
    // What is there to be pasted stays in one piece, if nothing stands beside it.
    const pasted = (line: string) => line.includes(program) && !line.trim().includes('   ');
    expect(text.split('\n').filter((line) => line.length > 80 && !pasted(line))).toEqual([]);
    // A paragraph goes on in the next line only where the next word has no room.
    const [, description = ''] = text.split('\n\n');
    const lines = description.split('\n');
    for (const [index, line] of lines.slice(0, -1).entries()) {
      const [next = ''] = lines[index + 1]?.split(' ') ?? [];
      expect(`${line} ${next}`.length, line).toBeGreaterThan(80);
    }
  });
});
