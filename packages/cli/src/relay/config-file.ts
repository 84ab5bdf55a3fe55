import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BackchannelError } from '@backchannel/client';
import type { ConfigSources } from '@backchannel/relay';
import type { Io } from '../io.ts';
import type { RelayConfigSources } from './relay-options.ts';

/** Reads what the configuration is made of. Rejects with `config.unreadable` when the file can't be read. */
export async function configSources(
  { file, flags }: RelayConfigSources,
  { env, program }: Pick<Io, 'env' | 'program'>,
): Promise<ConfigSources & { readonly file?: string | undefined }> {
  return { file, flags, env, program, ...(file !== undefined && { text: await textOf(file, program) }) };
}

async function textOf(file: string, program: string): Promise<string> {
  try {
    return textFrom(await readFile(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? `there is no file ${resolve(file)}`
        : code === 'EISDIR'
          ? 'it is a folder'
          : code === 'EACCES'
            ? 'this user may not read it'
            : message;
    throw new BackchannelError(
      'config.unreadable',
      `The configuration ${JSON.stringify(file)} cannot be read: ${why}.\n` +
        `Begin one with: ${program} relay config example > relay.jsonc`,
      { cause: error },
    );
  }
}

/** By its byte order mark: `>` in Windows PowerShell writes UTF-16, and editors there put a mark before UTF-8. */
function textFrom(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  // Takes the mark off.
  return new TextDecoder(encoding).decode(bytes);
}
