import type { DeploymentConfig, Hosts, SessionResponse, StructuredMessage } from '@backchannel/protocol';
import type { MessageLog } from '../core/message-log.ts';
import type { RequestLine } from '../core/request-line.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { GuestConnection } from './guest-connection.ts';
import type { GuestFrames } from './guest-frames.ts';
import type { GuestOutbox } from './guest-outbox.ts';

/** Where a session keeps its parts for the functions of this package that extend it; nobody else has the key. */
export const PARTS: unique symbol = Symbol('parts');

/** A frame of a class that the session itself has no use for. */
export interface UnclaimedFrame {
  readonly name: string;
  readonly value: unknown;
}

/** What the functions beside `GuestSession` (attachments, replies, clearing, …) work with, so that its bundle need not have them. */
export interface SessionParts {
  readonly ports: Ports;
  readonly hosts: Hosts;
  readonly frames: GuestFrames;
  readonly line: RequestLine;
  readonly connection: GuestConnection;
  readonly log: MessageLog;
  readonly outbox: GuestOutbox;
  /** Each is offered the frames that the session has no use for, until one says that it took it. */
  readonly claims: Set<(frame: UnclaimedFrame) => boolean>;
  /** The deployment's flags, once known. */
  config(): DeploymentConfig | undefined;
  /** Why nothing can be sent, unless the session is live. */
  offline(): Settled | undefined;
  /** The newest answer to configure. */
  session(): SessionResponse | undefined;
  /** Takes a message from before everything known into the log, and tells nobody. */
  addOlder(message: StructuredMessage): void;
  changed(): void;
  notice(code: string, text: string): void;
}
