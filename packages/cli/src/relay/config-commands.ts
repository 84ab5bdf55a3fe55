import { BackchannelError } from '@backchannel/client';
import { ConfigError, configJsonSchema, exampleConfig, hashSecret, loadConfig } from '@backchannel/relay';
import type { Io } from '../io.ts';
import { configSources } from './config-file.ts';
import { problemsText, settingsRows } from './config-text.ts';
import type { RelayConfigSources } from './relay-options.ts';

/** `backchannel relay config check`: rejects with `config.invalid` and everything that is wrong. */
export async function checkConfiguration(config: RelayConfigSources, io: Io): Promise<void> {
  const { settings, notices } = await loadedConfig(config, io);
  const rows = settingsRows(settings);
  const width = Math.max(...rows.map(([name]) => name.length));
  io.stdout.write(
    [
      `${config.file ?? 'The configuration'} is complete. The relay that it makes:`,
      ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
      ...notices.map((notice) => `  Note: ${notice}`),
      '',
    ].join('\n'),
  );
}

/** What a relay is started with; a wrong configuration rejects with the same words from every command. */
export async function loadedConfig(config: RelayConfigSources, io: Pick<Io, 'env' | 'program'>) {
  const sources = await configSources(config, io);
  try {
    return await loadConfig(sources);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new BackchannelError('config.invalid', problemsText(error.problems, config.file, io.program), {
      cause: error,
    });
  }
}

export const printExample = (io: Io): void => io.stdout.write(exampleConfig(io.program));

export const printSchema = (io: Io): void => io.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);

/** `backchannel relay hash-secret`: the line break that `echo` and editors add is no part of the secret. */
export async function printHash(io: Io): Promise<void> {
  const secret = (await io.readStdin('The secret, then Enter (it shows): ')).replace(/\r?\n$/, '');
  if (secret === '') {
    throw new BackchannelError(
      'secret.missing',
      'Nothing came from standard input, so there is no secret to hash.\n' +
        `Try: openssl rand -base64 24 | tee secret.txt | ${io.program} relay hash-secret`,
    );
  }
  if (/[\r\n]/.test(secret)) {
    throw new BackchannelError(
      'secret.invalid',
      `The secret has more than one line, and a client cannot send it so.\nGive one line: ${io.program} relay hash-secret < secret.txt`,
    );
  }
  io.stdout.write(`${await hashSecret(secret)}\n`);
}
