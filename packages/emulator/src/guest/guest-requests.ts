import {
  type Echo,
  explainProblem,
  type GetJwt,
  GUEST_ACTIONS,
  type GuestRequest,
  type Parsed,
  parseGuestRequest,
} from '@backchannel/protocol';
import { noteOf } from '../limit-note.ts';
import { nearestName } from '../nearest-name.ts';
import { retryAfterSeconds } from '../rate-limits.ts';
import type { Session } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { GuestConnection } from './guest-connection.ts';
import {
  connectionClosedFrame,
  echoFrame,
  errorFrame,
  type GuestFrame,
  jwtFrame,
  sessionExpiredFrame,
  sessionFrame,
  tooManyRequestsFrame,
} from './guest-frames.ts';
import { GUEST_JWT_SECONDS, signGuestJwt } from './guest-jwt.ts';
import { answerOnMessage, kindOfMessage } from './on-message.ts';

/** The actions served by this version; the schema's others are answered 4000 (feature unavailable). */
const SERVED: ReadonlySet<string> = new Set<GuestRequest['action']>([
  'configureSession',
  'onMessage',
  'echo',
  'getJwt',
]);
const KNOWN: ReadonlySet<string> = new Set(GUEST_ACTIONS);

/** Reads a member of a foreign value, if it has one of its own. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Characters of an unknown action that are repeated in its refusal. */
const ACTION_ECHO_MAX = 60;

/**
 * Answers one frame of a guest. The order of the refusals is: is it a frame, is there room in the connection's limit, is it a
 * request that the service knows, is the session there; then the action itself.
 */
export function answerGuestFrame(world: World, connection: GuestConnection, text: string, size: number): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    connection.received('malformed', size, text, 'Not JSON. A guest sends one JSON object per text frame.');
    connection.send(errorFrame(400, 'The frame is not JSON. Send one JSON object per text frame.'));
    return;
  }
  const tracing = member(value, 'tracingId');
  const tracingId = typeof tracing === 'string' ? tracing : undefined;
  const action = member(value, 'action');
  if (typeof action === 'string' && !SERVED.has(action)) {
    refuseAction(world, connection, action, { text, size, tracingId });
    return;
  }
  const request = parseGuestRequest(value);
  connection.received(kindOf(request, action), size, text, request.ok ? undefined : explainProblem(request.problem));
  if (refusedByConnectionLimit(world, connection, tracingId)) return;
  if (!request.ok) {
    connection.send(errorFrame(400, explainProblem(request.problem), tracingId));
    return;
  }
  answerRequest(world, connection, request.value);
}

const kindOf = (request: Parsed<GuestRequest>, action: unknown): string => {
  if (!request.ok) return typeof action === 'string' && SERVED.has(action) ? action : 'malformed';
  return request.value.action === 'onMessage' ? kindOfMessage(request.value.message) : request.value.action;
};

function refuseAction(
  world: World,
  connection: GuestConnection,
  action: string,
  frame: { readonly text: string; readonly size: number; readonly tracingId: string | undefined },
): void {
  const shown = action.slice(0, ACTION_ECHO_MAX);
  if (KNOWN.has(action)) {
    connection.received(
      action,
      frame.size,
      frame.text,
      `${action} is an action of the platform that this version of the emulator does not serve.`,
    );
    if (refusedByConnectionLimit(world, connection, frame.tracingId)) return;
    connection.send(errorFrame(4000, `The action "${action}" is not available here.`, frame.tracingId));
    return;
  }
  const nearest = nearestName(shown, GUEST_ACTIONS);
  const hint = nearest === undefined ? `Actions are ${GUEST_ACTIONS.join(', ')}.` : `Did you mean "${nearest}"?`;
  connection.received('unknown action', frame.size, frame.text, `There is no action "${shown}". ${hint}`);
  if (refusedByConnectionLimit(world, connection, frame.tracingId)) return;
  connection.send(errorFrame(400, `The action "${shown}" does not exist.`, frame.tracingId));
}

function refusedByConnectionLimit(world: World, connection: GuestConnection, tracingId: string | undefined): boolean {
  const waitMs = world.limits.take('guestRequestsPerConnection', connection.windows, world.timeline.nowMs());
  if (waitMs === 0) return false;
  // The platform's text for this limit is in no source; the other two of its kind are the pattern.
  connection.send(
    tooManyRequestsFrame(429, 'Request rate too high for this connection', retryAfterSeconds(waitMs), tracingId),
    noteOf('guestRequestsPerConnection'),
  );
  return true;
}

function answerRequest(world: World, connection: GuestConnection, request: GuestRequest): void {
  const { tracingId } = request;
  if (request.token !== undefined && request.token.length > world.limits.of('guestTokenCharacters')) {
    connection.send(
      errorFrame(
        400,
        `The token has ${request.token.length} characters; at most ${world.limits.of('guestTokenCharacters')} are allowed.`,
        tracingId,
      ),
    );
    return;
  }
  if (request.action === 'configureSession') {
    configure(world, connection, request.token, request.deploymentId, request.startNew === true, tracingId);
    return;
  }
  const session = sessionOf(world, connection);
  if (session === 'expired') {
    connection.send(sessionExpiredFrame(tracingId), 'The session has expired: configureSession starts a new one.');
  } else if (session === undefined) {
    connection.send(
      errorFrame(4007, 'Session not found', tracingId),
      'This connection has configured no session yet: send configureSession first.',
    );
  } else if (request.token !== undefined && request.token !== session.token) {
    connection.send(
      errorFrame(4007, 'Session not found', tracingId),
      'The token is not the one that this connection configured.',
    );
  } else if (request.action === 'onMessage') {
    answerOnMessage(world, connection, session, request);
  } else {
    connection.send(
      request.action === 'echo'
        ? answerEcho(world, connection, session, request)
        : answerGetJwt(world, session, request),
    );
  }
}

/** Looks at the clock first: a session whose time is over is over, also before the timer says so. */
function sessionOf(world: World, connection: GuestConnection): Session | 'expired' | undefined {
  if (typeof connection.session === 'object' && connection.session.expiresAtMs <= world.timeline.nowMs()) {
    world.expireDue();
  }
  return connection.session;
}

function configure(
  world: World,
  connection: GuestConnection,
  token: string,
  deploymentId: string,
  startNew: boolean,
  tracingId: string | undefined,
): void {
  const { deployment } = world.state;
  if (deploymentId !== deployment.id) {
    connection.send(
      errorFrame(404, 'Deployment not found', tracingId),
      'The frame names another deployment than the one of the connection.',
    );
    return;
  }
  const known = world.state.sessions.find(token);
  const windows = known?.windows ?? {};
  const waitMs = world.limits.take('guestConfiguresPerSession', windows, world.timeline.nowMs());
  if (waitMs > 0) {
    const frame = tooManyRequestsFrame(
      429,
      'ConfigureSession rate too high for this session',
      retryAfterSeconds(waitMs),
      tracingId,
    );
    connection.send(frame, noteOf('guestConfiguresPerSession'));
    return;
  }
  if (typeof connection.session === 'object' && connection.session !== known)
    world.detach(connection.session, connection);
  const configured = world.configure(token, startNew, connection);
  if (configured === undefined) {
    connection.send(errorFrame(5000, 'The emulator is full: every session that it can keep is connected.', tracingId));
    return;
  }
  connection.session = configured.session;
  configured.session.windows.guestConfiguresPerSession = windows.guestConfiguresPerSession;
  connection.send(sessionFrame(configured.session, configured.isNew, deployment, world.timeline, tracingId));
  for (const link of configured.superseded) if (link instanceof GuestConnection) supersede(link);
}

const supersede = (connection: GuestConnection): void => {
  connection.session = undefined;
  connection.send(connectionClosedFrame);
  connection.close(1000, 'superseded by a newer connection of the session');
};

function answerEcho(
  world: World,
  connection: GuestConnection,
  session: Session,
  { message, tracingId }: Echo,
): GuestFrame {
  const waitMs = world.limits.take('guestHealthChecksPerConnection', connection.windows, world.timeline.nowMs());
  return waitMs > 0
    ? tooManyRequestsFrame(4029, 'Health check rate too high for this connection', retryAfterSeconds(waitMs), tracingId)
    : echoFrame(message.text, session, world.state.deployment, world.timeline, tracingId);
}

function answerGetJwt(world: World, session: Session, { tracingId }: GetJwt): GuestFrame {
  const exp = world.timeline.epochSeconds(world.timeline.nowMs()) + GUEST_JWT_SECONDS;
  return jwtFrame(signGuestJwt(world.state.jwtKey, session.id, exp), exp, tracingId);
}
