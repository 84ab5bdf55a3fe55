import type { CloseSession, ConfigureAuthenticatedSession, ConfigureSession } from '@backchannel/protocol';
import { noteOf } from '../limit-note.ts';
import { retryAfterSeconds, type Windows } from '../rate-limits.ts';
import type { GuestLink, Session } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import type { Configured } from '../world/world-state.ts';
import { GuestConnection } from './guest-connection.ts';
import {
  connectionClosedFrame,
  errorFrame,
  messageFrame,
  sessionFrame,
  tooManyRequestsFrame,
  wireMessage,
} from './guest-frames.ts';

type Configure = ConfigureSession | ConfigureAuthenticatedSession;

/** Gives the connection the session of an unnamed guest. */
export function configure(world: World, connection: GuestConnection, request: ConfigureSession): void {
  const windows = windowsOf(world, request.token);
  if (refused(world, connection, request, windows)) return;
  const { token, startNew = false, tracingId } = request;
  if (world.state.sessions.find(token)?.customer !== undefined) {
    // There is no way back to an unnamed session (documented, GUEST-NO-DOWNGRADE); the text is assumed.
    connection.send(
      errorFrame(4017, 'Cannot downgrade to an unauthenticated session', tracingId),
      'The session of this token has signed in: use configureAuthenticatedSession, or another token.',
    );
    return;
  }
  leaveOther(world, connection, token);
  const configured = world.configure(token, startNew, connection);
  if (configured === undefined) {
    full(connection, tracingId);
    return;
  }
  admit(world, connection, configured, { windows, tracingId });
}

/** Gives the connection the session of a guest who has signed in, or steps up the one that it has (GUEST-SIGN-IN). */
export function configureAuthenticated(
  world: World,
  connection: GuestConnection,
  request: ConfigureAuthenticatedSession,
): void {
  const windows = windowsOf(world, request.token);
  if (refused(world, connection, request, windows)) return;
  const { token, startNew = false, tracingId, jwt } = request;
  const { deployment, signIns, sessions } = world.state;
  // Which of the documented codes and texts stands for what is assumed (GUEST-SIGN-IN-ERRORS).
  const fail = (code: 401 | 403, text: string, note: string): void =>
    connection.send(errorFrame(code, text, tracingId), `${note} (assumed, GUEST-SIGN-IN-ERRORS)`);
  const customer = signIns.read(jwt);
  const known = sessions.find(token);
  if (!deployment.signIn) fail(403, 'Session authentication failed', 'signIn is off in the deployment.');
  else if (customer === 'over') {
    fail(401, 'Unauthorized', 'The JWT has expired or was revoked: POST …/token/refresh gives a new one.');
  } else if (customer === undefined) {
    fail(403, 'Session authentication failed', 'data.code is no JWT of the token exchange (it is not the OAuth code).');
  } else if (known?.customer !== undefined && known.customer.id !== customer.id) {
    fail(403, 'Session authentication failed', 'The session belongs to another customer.');
  } else if (known !== undefined && known.customer === undefined && !deployment.allowSessionUpgrade) {
    fail(403, 'Session authentication failed', 'allowSessionUpgrade is off in the deployment: use a fresh token.');
  } else {
    leaveOther(world, connection, token);
    const signedIn = world.guestSessions.signIn(token, customer, startNew, connection);
    if (signedIn === undefined) {
      full(connection, tracingId);
      return;
    }
    admit(world, connection, signedIn, { windows, tracingId, clearedExistingSession: signedIn.clearedOther });
    const event = signedIn.session.conversation?.messages.findLast((each) => each.kind === 'SignIn');
    if (signedIn.steppedUp && event) connection.send(messageFrame('SignIn', wireMessage(event, world.timeline)));
    const reason = { [world.switches.closedReasonField]: 'signedIn' };
    for (const link of signedIn.displaced) closeLink(link, reason, 'the guest has signed in elsewhere');
  }
}

/** Ends connections of the session and says so to the one that asked, which may configure again (GUEST-CLOSE-SESSION). */
export function closeSession(
  world: World,
  connection: GuestConnection,
  session: Session,
  { closeAllConnections, tracingId }: CloseSession,
): void {
  const others = world.guestSessions.close(session, connection, closeAllConnections);
  const facts = { connected: false, newSession: false };
  connection.send(sessionFrame(session, facts, world.state.deployment, world.timeline, tracingId));
  connection.session = undefined;
  for (const link of others) closeLink(link, {}, 'another connection has closed the session');
}

/** Says why, and ends the connection. */
export function closeConnection(connection: GuestConnection, reason: object, why: string): void {
  connection.session = undefined;
  connection.send(connectionClosedFrame(reason));
  connection.close(1000, why);
}

function closeLink(link: GuestLink, reason: object, why: string): void {
  if (link instanceof GuestConnection) closeConnection(link, reason, why);
}

/** A token without a session has made no request that counts; what it counts now goes with the session that it gets. */
const windowsOf = (world: World, token: string): Windows => world.state.sessions.find(token)?.windows ?? {};

function refused(
  world: World,
  connection: GuestConnection,
  { deploymentId, action, tracingId }: Configure,
  windows: Windows,
): boolean {
  if (deploymentId !== world.state.deployment.id) {
    connection.send(
      errorFrame(404, 'Deployment not found', tracingId),
      'The frame names another deployment than the one of the connection.',
    );
    return true;
  }
  const waitMs = world.limits.take('guestConfiguresPerSession', windows, world.timeline.nowMs());
  if (waitMs === 0) return false;
  const name = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
  const text = `${name} rate too high for this session`;
  connection.send(
    tooManyRequestsFrame(429, text, retryAfterSeconds(waitMs), tracingId),
    noteOf('guestConfiguresPerSession'),
  );
  return true;
}

/** A connection has one session: whoever configures another token leaves the first. */
function leaveOther(world: World, connection: GuestConnection, token: string): void {
  const { session } = connection;
  if (typeof session === 'object' && session !== world.state.sessions.find(token)) world.detach(session, connection);
}

function admit(
  world: World,
  connection: GuestConnection,
  { session, isNew, superseded }: Configured,
  {
    windows,
    clearedExistingSession = false,
    tracingId,
  }: { windows: Windows; clearedExistingSession?: boolean; tracingId: string | undefined },
): void {
  connection.session = session;
  session.windows.guestConfiguresPerSession = windows.guestConfiguresPerSession;
  const facts = { connected: true, newSession: isNew, clearedExistingSession };
  connection.send(sessionFrame(session, facts, world.state.deployment, world.timeline, tracingId));
  for (const link of superseded) closeLink(link, {}, 'superseded by a newer connection of the session');
}

const full = (connection: GuestConnection, tracingId: string | undefined): void =>
  connection.send(errorFrame(5000, 'The emulator is full: every session that it can keep is connected.', tracingId));
