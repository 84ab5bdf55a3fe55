/**
 * Domain of each Genesys Cloud region, by AWS region.
 * Source: official JavaScript SDK and Terraform provider region maps (documented, HOSTS-REGIONS).
 */
export const REGION_DOMAINS = {
  'us-east-1': 'mypurecloud.com',
  'us-east-2': 'use2.us-gov-pure.cloud',
  'us-west-2': 'usw2.pure.cloud',
  'ca-central-1': 'cac1.pure.cloud',
  'mx-central-1': 'mxc1.pure.cloud',
  'sa-east-1': 'sae1.pure.cloud',
  'eu-west-1': 'mypurecloud.ie',
  'eu-west-2': 'euw2.pure.cloud',
  'eu-central-1': 'mypurecloud.de',
  'eu-central-2': 'euc2.pure.cloud',
  'eusc-de-east-1': 'edee1.eusc-pure.cloud',
  'me-central-1': 'mec1.pure.cloud',
  'ap-south-1': 'aps1.pure.cloud',
  'ap-southeast-1': 'apse1.pure.cloud',
  'ap-southeast-2': 'mypurecloud.com.au',
  'ap-northeast-1': 'mypurecloud.jp',
  'ap-northeast-2': 'apne2.pure.cloud',
  'ap-northeast-3': 'apne3.pure.cloud',
} as const;

/** An AWS region name that Genesys Cloud runs in, e.g. `eu-west-1`. */
export type Region = keyof typeof REGION_DOMAINS;

/** Where each surface of one Genesys Cloud lives. Base URLs without a trailing slash. */
export interface Hosts {
  /** REST API: `{api}/api/v2/…`. */
  readonly api: string;
  /** OAuth: `{login}/oauth/token`. */
  readonly login: string;
  /** Guest WebSocket, `ws:` or `wss:`, with its path: `{guestSocket}?deploymentId=…`. */
  readonly guestSocket: string;
  /** Deployment configuration: `{cdn}/webdeployments/v1/deployments/{id}/config.json`. */
  readonly cdn: string;
}

/**
 * Hosts of a Genesys Cloud region, from its AWS name or its domain (`eu-west-1` and `mypurecloud.ie` are the same).
 * A domain that is not in the table is taken as given: Genesys adds regions.
 */
export function hostsIn(region: Region | (string & {})): Hosts {
  const domain = Object.hasOwn(REGION_DOMAINS, region) ? REGION_DOMAINS[region as Region] : region;
  return {
    api: `https://api.${domain}`,
    login: `https://login.${domain}`,
    guestSocket: `wss://webmessaging.${domain}/v1`,
    cdn: `https://api-cdn.${domain}`,
  };
}

/**
 * One server that plays every host, such as the emulator: `hostsAt('http://127.0.0.1:4100')`.
 * Throws `TypeError` when `baseUrl` is not an `http:` or `https:` URL.
 */
export function hostsAt(baseUrl: string): Hosts {
  if (!/^https?:\/\/[^/]/.test(baseUrl)) {
    throw new TypeError(
      `hostsAt cannot use ${JSON.stringify(baseUrl)}: it is not an http(s) URL. Pass one like "http://127.0.0.1:4100".`,
    );
  }
  const base = baseUrl.replace(/\/+$/, '');
  return { api: base, login: base, guestSocket: `${base.replace(/^http/, 'ws')}/v1`, cdn: base };
}
