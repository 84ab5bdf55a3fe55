import {
  explainProblem,
  GUEST_HISTORY_PATH,
  GUEST_SIGN_IN_PATHS,
  guestPushDevicePath,
  parseTokenExchangeRequest,
  parseTokenRefreshRequest,
} from '@backchannel/protocol';
import type { World } from '../world/world.ts';
import { guestHistory } from './history.ts';
import type { Answer, Operation } from './operation.ts';
import { PlatformRefusal } from './platform-refusal.ts';

/** A request of a guest: no access token; what is in the bearer is the operation's own affair. */
export interface GuestCall {
  readonly world: World;
  readonly bearer: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** A row like those of `OPERATIONS`, for guests. */
export interface GuestOperation extends Pick<Operation, 'id' | 'method' | 'path'> {
  readonly run: (call: GuestCall) => Answer;
}

function checkDeployment(world: World, deploymentId: string | undefined): void {
  if (deploymentId !== undefined && deploymentId !== world.state.deployment.id) {
    throw new PlatformRefusal('deployment.not.found', {
      note: 'GET /_emulator/info names the deployment that exists.',
    });
  }
}

function checkSignIn({ state }: World): void {
  if (state.deployment.signIn) return;
  throw new PlatformRefusal('not.authorized', {
    note: 'signIn is off in the deployment (assumed, GUEST-SIGN-IN-REST-ERRORS).',
  });
}

/** Trades the code or the id token of the identity provider for a JWT (documented, GUEST-SIGN-IN). */
function exchange({ world, body }: GuestCall): Answer {
  const request = parseTokenExchangeRequest(body);
  if (!request.ok) throw new PlatformRefusal('bad.request', { note: explainProblem(request.problem) });
  const { deploymentId, oauth } = request.value;
  checkDeployment(world, deploymentId);
  checkSignIn(world);
  if (oauth.code === undefined && oauth.idToken === undefined) {
    throw new PlatformRefusal('bad.request', { note: '$.oauth has neither code nor idToken: send one of them.' });
  }
  if (oauth.code !== undefined && oauth.redirectUri === undefined) {
    throw new PlatformRefusal('bad.request', { note: '$.oauth.redirectUri is nothing; it goes with the code.' });
  }
  const tokens = world.state.signIns.exchange(oauth);
  if (tokens === undefined) {
    throw new PlatformRefusal('bad.credentials', {
      note: 'The identity provider of the emulator gave no such code or id token: customers[] of GET /_emulator/info has those that it knows (assumed, GUEST-SIGN-IN-PROVIDER).',
    });
  }
  return { status: 200, body: tokens };
}

/** With or without `deploymentId` (documented, GUEST-SIGN-IN-REFRESH). */
function refresh({ world, body }: GuestCall): Answer {
  const request = parseTokenRefreshRequest(body);
  if (!request.ok) throw new PlatformRefusal('bad.request', { note: explainProblem(request.problem) });
  checkDeployment(world, request.value.deploymentId);
  const tokens = world.state.signIns.refresh(request.value.refreshToken);
  if (tokens === undefined) {
    throw new PlatformRefusal('bad.credentials', { note: 'The refresh token is unknown, or its sign-in was revoked.' });
  }
  return { status: 200, body: tokens };
}

/** Logs the customer out on every device (documented, GUEST-LOGOUT). */
function revoke({ world, bearer }: GuestCall): Answer {
  if (bearer === undefined) throw new PlatformRefusal('authentication.required');
  const customer = world.state.signIns.read(bearer);
  if (customer === 'over') throw new PlatformRefusal('credentials.expired');
  if (customer === undefined) {
    throw new PlatformRefusal('bad.credentials', { note: 'The bearer is no JWT of the token exchange.' });
  }
  world.guestSessions.signOut(customer);
  return { status: 204 };
}

/** No push leaves this emulator, and it says so in the words of an organisation without it (assumed, GUEST-PUSH-NOT-SERVED). */
function refusePush({ world, params }: GuestCall): Answer {
  checkDeployment(world, params.deploymentId);
  throw new PlatformRefusal('feature.toggle.disabled', {
    note: 'Push notifications are not served: the emulator has nowhere to send them.',
  });
}

const PUSH_PATH = guestPushDevicePath('deploymentId', 'tokenId')
  .replace('/deploymentId/', '/{deploymentId}/')
  .replace('/tokenId', '/{tokenId}');

/** What guests ask of the API host. */
export const GUEST_OPERATIONS: readonly GuestOperation[] = [
  {
    id: 'getWebmessagingMessages',
    method: 'GET',
    path: GUEST_HISTORY_PATH,
    run: ({ world, bearer, query }) => guestHistory(world, bearer, query),
  },
  {
    id: 'postWebdeploymentsTokenOauthcodegrantjwtexchange',
    method: 'POST',
    path: GUEST_SIGN_IN_PATHS.exchange,
    run: exchange,
  },
  { id: 'postWebdeploymentsTokenRefresh', method: 'POST', path: GUEST_SIGN_IN_PATHS.refresh, run: refresh },
  { id: 'deleteWebdeploymentsTokenRevoke', method: 'DELETE', path: GUEST_SIGN_IN_PATHS.revoke, run: revoke },
  { id: 'postWebmessagingDeploymentPushdevice', method: 'POST', path: PUSH_PATH, run: refusePush },
  { id: 'patchWebmessagingDeploymentPushdevice', method: 'PATCH', path: PUSH_PATH, run: refusePush },
  { id: 'deleteWebmessagingDeploymentPushdevice', method: 'DELETE', path: PUSH_PATH, run: refusePush },
];
