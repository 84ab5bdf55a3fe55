import type { Agent } from '../world/agents.ts';
import type { Call, Operation } from './operation.ts';
import { PlatformRefusal } from './platform-refusal.ts';

const ME = '/api/v2/tokens/me';

function lookAtMine({ token, world }: Call) {
  const organization = { id: world.state.organizationId, name: 'Backchannel emulator' };
  return {
    organization,
    homeOrganization: organization,
    authorizedScope: [],
    OAuthClient: { id: token.clientId, name: 'Emulator client', organization },
  };
}

function userNamed({ world, token, params }: Call): Agent {
  const agent = world.state.agents.find(({ id }) => id === params.userId);
  if (token.agent !== undefined && token.agent !== agent) {
    throw new PlatformRefusal('not.authorized', {
      note: 'A user ends the own tokens alone (assumed, TOKENS-OTHER-USERS).',
    });
  }
  if (agent === undefined) throw new PlatformRefusal('not.found');
  return agent;
}

/** Access tokens, looked at and ended (documented, TOKENS-ME). */
export const TOKEN_OPERATIONS: readonly Operation[] = [
  {
    id: 'getTokensMe',
    method: 'GET',
    path: ME,
    permissions: [],
    run: (call) => ({ status: 200, body: lookAtMine(call) }),
  },
  { id: 'headTokensMe', method: 'HEAD', path: ME, permissions: [], run: () => ({ status: 200 }) },
  {
    id: 'deleteTokensMe',
    method: 'DELETE',
    path: ME,
    permissions: [],
    run(call) {
      const { world, token, notifications } = call;
      world.state.tokens.revoke(token);
      notifications.tokensRevoked(({ tokenText }) => tokenText === token.text);
      return { status: 204 };
    },
  },
  {
    id: 'deleteToken',
    method: 'DELETE',
    path: '/api/v2/tokens/{userId}',
    permissions: [],
    run(call) {
      const agent = userNamed(call);
      call.world.state.tokens.revokeOf(agent);
      call.world.state.authorizations.revokeOf(agent);
      call.notifications.tokensRevoked(({ owner }) => owner.userId === agent.id);
      return { status: 204 };
    },
  },
];
