import type { Ports } from '@backchannel/client';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Access } from '../access/access.ts';
import type { RelaySettings } from '../config/settings.ts';
import type { RelayCommands } from '../domain/commands.ts';
import type { Log } from '../observe/log.ts';
import type { RelayMetrics } from '../observe/metrics.ts';
import type { OpenStreams } from '../streams/open-streams.ts';

/** What every route is given. */
export interface RelayContext {
  readonly relay: RelayCommands;
  readonly access: Access;
  readonly settings: RelaySettings;
  readonly log: Log;
  readonly metrics: RelayMetrics;
  readonly ports: Ports;
  /** Every stream that is open, of whatever kind. */
  readonly streams: OpenStreams;
}

/** The server: bodies, parameters and queries of a route are what its zod schemas say. */
export type RelayApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Adds the routes of one area. */
export type Routes = (app: RelayApp, context: RelayContext) => void;
