import { deploymentConfigPath, OAUTH_TOKEN_PATH } from '@backchannel/protocol';
import type { Routes } from './faults/targets.ts';
import { GUEST_OPERATIONS } from './platform/guest-operations.ts';
import { OPERATIONS } from './platform/operations.ts';

/** Requests that no row of `OPERATIONS` describes, by the name that the official SDK gives them or would. */
const OTHER_OPERATIONS = {
  postOauthToken: { method: 'POST', path: OAUTH_TOKEN_PATH },
  ...Object.fromEntries(GUEST_OPERATIONS.map(({ id, method, path }) => [id, { method, path }])),
  putAttachment: { method: 'PUT', path: '/attachments/{key}/upload' },
  getAttachment: { method: 'GET', path: '/attachments/{key}/{name}' },
  getDeploymentConfig: { method: 'GET', path: deploymentConfigPath('id').replace('/id/', '/{deploymentId}/') },
  getDeploymentDomains: {
    method: 'GET',
    path: deploymentConfigPath('id').replace('/id/', '/{deploymentId}/').replace('config.json', 'domains.json'),
  },
} as const;

/** `POST /api/v2/users/:userId`, as the router names a route, to the id of its operation. */
const IDS: ReadonlyMap<string, string> = new Map(
  [...OPERATIONS, ...Object.entries(OTHER_OPERATIONS).map(([id, each]) => ({ id, ...each }))].map(
    ({ id, method, path }) => [`${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`, id],
  ),
);

/** Every operation that a fault can be aimed at, and the route that it stands for. */
export const SERVED_ROUTES: Routes = {
  ids: [...new Set(IDS.values())],
  operationOf: (method, route) => (route === undefined ? undefined : IDS.get(`${method} ${route}`)),
};
