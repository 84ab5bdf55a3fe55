import {
  type DeleteAttachment,
  type Echo,
  explainProblem,
  type GetAttachment,
  type GetConfiguration,
  type GetJwt,
  GUEST_ACTIONS,
  type GuestRequest,
  type OnAttachment,
  type Parsed,
  parseGuestRequest,
} from '@backchannel/protocol';
import type { Hints } from '../hints/hints.ts';
import { noteOf } from '../limit-note.ts';
import { nearestName } from '../nearest-name.ts';
import { retryAfterSeconds } from '../rate-limits.ts';
import type { Session } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { closeSession, configure, configureAuthenticated } from './configuring.ts';
import { answerDeleteAttachment, answerGetAttachment, answerOnAttachment } from './guest-attachments.ts';
import type { GuestConnection } from './guest-connection.ts';
import {
  configurationFrame,
  echoFrame,
  errorFrame,
  type GuestFrame,
  jwtFrame,
  sessionExpiredFrame,
  tooManyRequestsFrame,
} from './guest-frames.ts';
import { GUEST_JWT_SECONDS, signGuestJwt } from './guest-jwt.ts';
import { answerOnMessage, kindOfMessage } from './on-message.ts';
import { answerUnserved, UNSEEN_ACTIONS } from './unserved.ts';

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
export function answerGuestFrame(
  world: World,
  connection: GuestConnection,
  text: string,
  size: number,
  hints: Hints,
): void {
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
  if (typeof action === 'string' && (UNSEEN_ACTIONS.has(action) || !KNOWN.has(action))) {
    refuseAction(world, connection, action, { text, size, tracingId });
    return;
  }
  const request = parseGuestRequest(value);
  const problem = request.ok ? undefined : explainProblem(request.problem);
  const hint = request.ok ? undefined : hints.forFrame(value);
  connection.received(kindOf(request, action), size, text, hint === undefined ? problem : `${problem}. ${hint}`);
  if (refusedByConnectionLimit(world, connection, tracingId)) return;
  if (!request.ok) {
    connection.send(errorFrame(400, explainProblem(request.problem), tracingId));
    return;
  }
  answerRequest(world, connection, request.value);
}

const kindOf = (request: Parsed<GuestRequest>, action: unknown): string => {
  if (!request.ok) return typeof action === 'string' && KNOWN.has(action) ? action : 'malformed';
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
    connection.received(action, frame.size, frame.text);
    if (refusedByConnectionLimit(world, connection, frame.tracingId)) return;
    answerUnserved(world, connection, `The action "${action}" is not available here.`, {
      tracingId: frame.tracingId,
      note: `${action} is named in the platform's schema and nowhere else: its shape is unknown (assumed, GUEST-NOT-SERVED).`,
    });
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
    configure(world, connection, request);
    return;
  }
  if (request.action === 'configureAuthenticatedSession') {
    configureAuthenticated(world, connection, request);
    return;
  }
  if (request.action === 'getConfiguration') {
    connection.send(answerGetConfiguration(world, request));
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
  } else if (request.action === 'closeSession') {
    closeSession(world, connection, session, request);
  } else {
    connection.send(answerOf(world, connection, session, request));
  }
}

function answerOf(
  world: World,
  connection: GuestConnection,
  session: Session,
  request: Echo | GetJwt | OnAttachment | GetAttachment | DeleteAttachment,
): GuestFrame {
  switch (request.action) {
    case 'echo':
      return answerEcho(world, connection, session, request);
    case 'getJwt':
      return answerGetJwt(world, session, request);
    case 'onAttachment':
      return answerOnAttachment(world, session, request, connection.host);
    case 'getAttachment':
      return answerGetAttachment(world, session, request, connection.host);
    case 'deleteAttachment':
      return answerDeleteAttachment(world, session, request);
  }
}

/** Looks at the clock first: a session whose time is over is over, also before the timer says so. */
function sessionOf(world: World, connection: GuestConnection): Session | 'expired' | undefined {
  if (typeof connection.session === 'object' && connection.session.expiresAtMs <= world.timeline.nowMs()) {
    world.expireDue();
  }
  return connection.session;
}

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

/** Needs no session (assumed, GUEST-CONFIGURATION-ANYTIME). */
function answerGetConfiguration(world: World, { deploymentId, tracingId }: GetConfiguration): GuestFrame {
  return deploymentId === world.state.deployment.id
    ? configurationFrame(world.state.deployment, tracingId)
    : errorFrame(404, 'Deployment not found', tracingId);
}
