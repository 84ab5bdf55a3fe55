import { BackchannelError, type Ports, systemPorts } from '@backchannel/client';
import type { Emulator, EmulatorInfo } from '@backchannel/emulator';
import { controlCommands } from '../dev/commands.ts';
import { listenError, type Typed } from '../dev/listen-error.ts';
import { forScripts, look, whereabouts } from '../dev/report.ts';
import { stopAll } from '../dev/stopping.ts';
import { type Io, takesColour } from '../io.ts';
import { messageOf } from '../message-of.ts';
import type { EmulatorCommandOptions } from '../options.ts';
import { palette } from '../stage/palette.ts';

/**
 * `backchannel emulator`: starts the emulator alone and runs until `io` says stop. Rejects when it cannot start
 * (`port.taken`, `port.forbidden`, `host.unknown`, `option.invalid` for a fault that could never fire).
 */
export async function emulator(
  options: EmulatorCommandOptions,
  argv: readonly string[],
  io: Io,
  { clock }: Pick<Ports, 'clock'> = systemPorts(),
): Promise<void> {
  const stop = new AbortController();
  const ignoreStop = io.onStop(() => stop.abort());
  try {
    const genesys = await started(options, { program: io.program, argv });
    try {
      if (!stop.signal.aborted) {
        ready(genesys.url, genesys.info, options, io);
        await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
      }
      io.stdout.write(options.json ? `${JSON.stringify({ event: 'stopped' })}\n` : '\n  Stopped.\n');
    } finally {
      await stopAll([{ name: 'the emulator', close: () => genesys.close() }], clock);
    }
  } finally {
    ignoreStop();
  }
}

/** Which option an error of the emulator is about; the others were checked before they came here. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['fault.invalid', '--fault'],
  ['option.invalid', '--switch'],
]);

async function started(options: EmulatorCommandOptions, typed: Typed): Promise<Emulator> {
  const { EmulatorError, faultFromText, startEmulator, switchesFromText } = await import('@backchannel/emulator');
  const { port, host, seed, defaults, limits } = options;
  try {
    const faults = options.faults.map(faultFromText);
    const switches = switchesFromText(options.switches);
    return await startEmulator({ port, host, seed, defaults, faults, switches, ...(limits ? {} : { limits: 'off' }) });
  } catch (error) {
    const flag = FLAGS.get(error instanceof EmulatorError ? error.code : '');
    if (flag === undefined) throw listenError(error, 'port', options, typed);
    const advice = `See what there is: ${typed.program} emulator --help`;
    throw new BackchannelError('option.invalid', `${flag}: ${messageOf(error)}\n${advice}`, { cause: error });
  }
}

function ready(emulatorUrl: string, info: EmulatorInfo, { json, faults }: EmulatorCommandOptions, io: Io): void {
  if (json) {
    io.stdout.write(`${JSON.stringify({ event: 'ready', emulatorUrl, info })}\n`);
    return;
  }
  const colours = palette(takesColour(io.stdout, io.env));
  io.stdout.write(
    whereabouts(emulatorUrl, faults, colours) +
      forScripts(info, colours) +
      look(controlCommands(info), colours) +
      `  ${colours.dim('Ctrl-C stops it.')}\n\n`,
  );
}
