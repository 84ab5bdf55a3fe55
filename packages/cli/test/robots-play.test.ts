// Real time: real sockets to a real emulator. What takes milliseconds there is not worth a fake clock here.
import { systemPorts } from '@backchannel/client';
import { startEmulator } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import { Robots } from '../src/robots/conversation.ts';

test('robots that cannot connect say what they could not do, and why', async () => {
  await using emulator = await startEmulator({ port: 0 });
  const { url, info } = emulator;
  const wrong = { url, info: { ...info, deploymentId: 'unknown' }, conversations: () => emulator.conversations() };
  const robots = new Robots(wrong, systemPorts(), 1, () => undefined);
  try {
    await expect(robots.play(new AbortController().signal)).rejects.toThrow(
      /^robots\.not-sent: The robots could not connect the guest \(\w+\)\. .+/,
    );
  } finally {
    await robots.close();
  }
});
