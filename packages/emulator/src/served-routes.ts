import { deploymentConfigPath, type FactId, OAUTH_AUTHORIZE_PATH, OAUTH_TOKEN_PATH } from '@backchannel/protocol';
import type { Routes } from './faults/targets.ts';
import { GUEST_OPERATIONS } from './platform/guest-operations.ts';
import { OPERATIONS } from './platform/operations.ts';

/** A request that no row of `OPERATIONS` describes, with the fact behind it. */
export interface OtherOperation {
  /** The name that the official SDK gives it, or would. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly fact: FactId;
}

const CONFIG = deploymentConfigPath('id').replace('/id/', '/{deploymentId}/');

/** What the login host, the CDN and the store behind presigned URLs answer. */
export const OTHER_OPERATIONS: readonly OtherOperation[] = [
  { id: 'postOauthToken', method: 'POST', path: OAUTH_TOKEN_PATH, fact: 'OAUTH-TOKEN' },
  { id: 'getOauthAuthorize', method: 'GET', path: OAUTH_AUTHORIZE_PATH, fact: 'OAUTH-CODE' },
  { id: 'postOauthAuthorize', method: 'POST', path: OAUTH_AUTHORIZE_PATH, fact: 'OAUTH-LOGIN-PAGE' },
  { id: 'getDeploymentConfig', method: 'GET', path: CONFIG, fact: 'DEPLOYMENT-CONFIG' },
  {
    id: 'getDeploymentDomains',
    method: 'GET',
    path: CONFIG.replace('config.json', 'domains.json'),
    fact: 'DEPLOYMENT-DOMAINS',
  },
  { id: 'putAttachment', method: 'PUT', path: '/attachments/{key}/upload', fact: 'GUEST-ATTACHMENT-STORE' },
  { id: 'getAttachment', method: 'GET', path: '/attachments/{key}/{name}', fact: 'GUEST-ATTACHMENT-STORE' },
];

/** `POST /api/v2/users/:userId`, as the router names a route, to the id of its operation. */
const IDS: ReadonlyMap<string, string> = new Map(
  [...OPERATIONS, ...OTHER_OPERATIONS, ...GUEST_OPERATIONS].map(({ id, method, path }) => [
    `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    id,
  ]),
);

/** Every operation that a fault can be aimed at, and the route that it stands for. */
export const SERVED_ROUTES: Routes = {
  ids: [...new Set(IDS.values())],
  operationOf: (method, route) => (route === undefined ? undefined : IDS.get(`${method} ${route}`)),
};
