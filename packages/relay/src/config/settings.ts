import type { Hosts } from '@backchannel/client';
import type { Scope } from '../domain/principal.ts';

/** One program that may call the relay. */
export interface ClientSettings {
  readonly id: string;
  /** `scrypt:…` hashes, so that the file holds no secret; several while a secret is being changed. */
  readonly secretHashes: readonly string[];
  readonly scopes: readonly Scope[];
  readonly actAs: { readonly guest: boolean; readonly agents: readonly string[] | 'everyone' };
}

/** Everything that a relay is started with: the parsed configuration. */
export interface RelaySettings {
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** Addresses or networks whose `X-Forwarded-*` headers are believed. Default: nobody's. */
    readonly trustedProxies?: readonly string[] | undefined;
  };
  readonly genesys: {
    readonly hosts: Hosts;
    /** Of the guests' deployment. */
    readonly deploymentId: string;
    /** OAuth client with which the relay speaks for its agents; absent: guests only. */
    readonly client?: { readonly id: string; readonly secret: string } | undefined;
    /** Users whose conversations are followed. */
    readonly agents: readonly string[];
    /** Custom attribute that carries the binding's id to the customer participant; absent: the legs are linked by the integrator's word. */
    readonly linkAttribute?: string | undefined;
    /** Requests a minute that the token may make (third-party, LIMIT-TOKEN; can be raised by support). */
    readonly requestsPerMinute: number;
    /** Guest connections that may be opened in a minute: the deployment's own limit. */
    readonly connectionsPerMinute: number;
  };
  /** `automatic`: an unknown conversation is made when it is first used. For development. */
  readonly provisioning: 'automatic' | 'off';
  /** Path of the database file, or `:memory:`. */
  readonly store: { readonly file: string; readonly retentionMs: number };
  readonly clients: readonly ClientSettings[];
  readonly tokens: {
    readonly lifetimeSeconds: number;
    /** Newest first: the first signs, all verify. At least 32 bytes each, as hex or base64. */
    readonly keys: readonly string[];
  };
  /** Origins of browsers that may call. */
  readonly allowedOrigins: readonly string[];
  readonly limits: {
    readonly bodyBytesMax: number;
    readonly requestsPerMinutePerClient: number;
    /** Messages that wait in one conversation. */
    readonly laneMax: number;
    readonly conversationsMax: number;
    readonly streamsPerClient: number;
  };
  /** Other `/api/v2/**` calls go on to Genesys with the caller's own token (F18). */
  readonly passThrough: boolean;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent' };
}
