import { describe } from '@backchannel/protocol';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { AuditSink } from './audit-log.ts';
import type { RelayAccess } from './relay-typing-channel.ts';
import type { TypingChannel } from './typing-channel.ts';

/** What every broadcaster can be told. */
export interface BroadcasterOptions {
  /** Gets a JSON body for each broadcast that the channel took. Default: nobody is told. */
  readonly webhookUrl?: string | undefined;
  /** Hears each audit entry once, when it is complete. */
  readonly onAudit?: AuditSink | undefined;
  readonly ports?: Partial<Ports> | undefined;
}

/** Through a relay, with an OAuth client; or straight to a channel. */
export type BroadcasterConfig = BroadcasterOptions & (RelayAccess | { readonly channel: TypingChannel });

/** Environment variables and what they set. */
const REQUIRED = {
  apiBaseUrl: 'GENESYS_API_BASE_URL',
  clientId: 'GENESYS_CLIENT_ID',
  clientSecret: 'GENESYS_CLIENT_SECRET',
} as const;

/**
 * The configuration that stands in environment variables: `GENESYS_API_BASE_URL` (a relay's address), `GENESYS_CLIENT_ID`,
 * `GENESYS_CLIENT_SECRET`, and `WEBHOOK_URL`, which may be missing. Empty ones count as missing.
 *
 * @throws BackchannelError `option.invalid`, which names every variable that is missing.
 */
export function broadcasterConfigFrom(
  env: Readonly<Record<string, string | undefined>>,
): RelayAccess & Pick<BroadcasterOptions, 'webhookUrl'> {
  if (typeof env !== 'object' || env === null) {
    throw new BackchannelError('option.invalid', `env is ${describe(env)}. Pass process.env, or an object like it.`);
  }
  const missing = Object.values(REQUIRED).filter((name) => !env[name]);
  if (missing.length > 0) {
    const text = `No broadcaster can be made: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set. Set them to a relay's address and to an OAuth client of that relay.`;
    throw new BackchannelError('option.invalid', text);
  }
  const value = (name: string): string => env[name] ?? '';
  return {
    apiBaseUrl: value(REQUIRED.apiBaseUrl),
    clientId: value(REQUIRED.clientId),
    clientSecret: value(REQUIRED.clientSecret),
    webhookUrl: env.WEBHOOK_URL || undefined,
  };
}
