// The emulator in a process of its own, without rate limits: a benchmark is no guest that has to be slowed down.
import { startEmulator } from '@backchannel/emulator';
import { processorSeconds, serve } from '../support/child.ts';

const emulator = await startEmulator({ port: 0, seed: 1, limits: 'off' });

serve(
  { url: emulator.url, deploymentId: emulator.info.deploymentId },
  { memory: () => ({ rss: process.memoryUsage.rss() }), processorSeconds },
);
