// Real time: the command starts a real emulator in this process; the test looks every few milliseconds whether it is there.
import { setTimeout as delay } from 'node:timers/promises';
import { BackchannelError } from '@backchannel/client';
import { afterEach, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/command-line.ts';
import { main } from '../src/main.ts';
import { CollectingIo } from './support/collecting-io.ts';

const LOOK_AGAIN_MS = 10;
const PATIENCE_MS = 20_000;

const parse = (words: string, env: Record<string, string> = {}) =>
  parseCommandLine(words.split(' '), { env, program: 'npx backchannel' }, '1.2.3');

describe('backchannel emulator', () => {
  test('has defaults for everything', () => {
    expect(parse('emulator')).toEqual({
      kind: 'emulator',
      options: {
        port: 4100,
        host: '127.0.0.1',
        seed: 1,
        defaults: 'demo',
        limits: true,
        faults: [],
        switches: [],
        json: false,
      },
    });
  });

  test('takes every option, and the environment where no option is given', () => {
    const words =
      'emulator --port 0 --seed 7 --defaults platform --no-limits --json --fault text:drop --fault typing:cut:5% --switch agentTypingStatus=202';
    expect(parse(words, { BACKCHANNEL_HOST: 'localhost', BACKCHANNEL_SEED: '9' })).toEqual({
      kind: 'emulator',
      options: {
        port: 0,
        host: 'localhost',
        seed: 7,
        defaults: 'platform',
        limits: false,
        faults: ['text:drop', 'typing:cut:5%'],
        switches: ['agentTypingStatus=202'],
        json: true,
      },
    });
  });

  test.each([
    ['emulator --port abc', 'Try: npx backchannel emulator --port 4100'],
    ['emulator --defaults real', 'it is demo (typing is on) or platform'],
    ['emulator --page-port 1', 'backchannel emulator has no option "--page-port"'],
    ['emulatr', 'Did you mean: npx backchannel emulator'],
  ])('%s is refused with what works', (words, text) => {
    expect(() => parse(words)).toThrow(BackchannelError);
    expect(() => parse(words)).toThrow(text);
  });
});

describe('the running command', { timeout: PATIENCE_MS }, () => {
  const running: { io: CollectingIo; ended: Promise<number> }[] = [];

  afterEach(async () => {
    for (const { io } of running) io.stop();
    await Promise.all(running.splice(0).map(({ ended }) => ended));
  });

  async function started(...words: string[]): Promise<CollectingIo> {
    const io = new CollectingIo();
    const ended = main(['emulator', '--port', '0', ...words], io);
    running.push({ io, ended });
    // Resolves when the command has written its first text, or has ended.
    await Promise.race([ended, written(io)]);
    return io;
  }

  const written = async (io: CollectingIo): Promise<void> => {
    while (io.stdout.text === '') await delay(LOOK_AGAIN_MS);
  };

  test('with --json it begins with where it is, and ends with "stopped"', async () => {
    const io = await started('--json', '--defaults', 'platform', '--fault', 'getUsersMe:503');
    const ready = JSON.parse(io.stdout.text) as {
      event: string;
      emulatorUrl: string;
      info: { agents: { token: string }[] };
    };
    expect(ready).toMatchObject({ event: 'ready', info: { baseUrl: ready.emulatorUrl } });
    const me = () =>
      fetch(`${ready.emulatorUrl}/api/v2/users/me`, {
        headers: { authorization: `Bearer ${ready.info.agents[0]?.token}` },
      });
    expect([(await me()).status, (await me()).status]).toEqual([503, 200]);
    io.stop();
    expect(await running[0]?.ended).toBe(0);
    expect(io.stdout.text.trimEnd().split('\n').at(-1)).toBe('{"event":"stopped"}');
    await expect(me()).rejects.toThrow();
  });

  test('for people it says where everything is, in 80 columns', async () => {
    const { stdout } = await started('--fault', 'typing@out:delay=800:10%');
    for (const word of [
      'guest socket',
      '/api/v2',
      '/oauth/token',
      '/_emulator/',
      'typing@out:delay=800:10%',
      'Ctrl-C',
    ]) {
      expect(stdout.text).toContain(word);
    }
    for (const line of stdout.text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('a switch moves an assumption, and one that does not exist is refused with the nearest one', async () => {
    const { stdout } = await started(
      '--json',
      '--switch',
      'agentTypingStatus=202',
      '--switch',
      'copyTypingToGuest=true',
    );
    const { emulatorUrl } = JSON.parse(stdout.text) as { readonly emulatorUrl: string };
    const { switches } = (await (await fetch(`${emulatorUrl}/_emulator/switches`)).json()) as {
      readonly switches: readonly { readonly name: string; readonly value: unknown; readonly default: unknown }[];
    };
    expect(switches.filter((each) => each.value !== each.default)).toMatchObject([
      { name: 'copyTypingToGuest', value: true },
      { name: 'agentTypingStatus', value: 202 },
    ]);
    const io = await started('--switch', 'agentTypingStats=202');
    expect(await running[1]?.ended).toBe(1);
    expect(io.stderr.text).toContain('Did you mean "agentTypingStatus"?');
    expect(io.stderr.text).not.toContain('fault of backchannel');
  });

  test.each([
    ['typin:drop', 'Did you mean "typing"?'],
    ['text', '[surface/]target[@in|@out]:effect[:count]'],
    ['webhooks/text:503', 'let that answer the status'],
    ['webhook/text:drop', 'Did you mean "webhooks"?'],
    ['text:drop:often', 'a number such as 3'],
    ['getUsersMe:418', 'Nearest: 415'],
  ])('the fault %s is refused with a reason, without a stack', async (fault, reason) => {
    const io = await started('--fault', fault);
    expect(await running[0]?.ended).toBe(1);
    expect(io.stderr.text).toContain(reason);
    expect(io.stderr.text).not.toContain('fault of backchannel');
  });
});
