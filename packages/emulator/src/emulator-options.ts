import { EmulatorError } from './emulator-error.ts';
import type { FaultRule } from './faults/fault-rule.ts';
import { nearestName } from './nearest-name.ts';
import type { EmulatorPorts } from './ports.ts';
import type { LimitOptions } from './rate-limits.ts';
import type { Switches } from './switches.ts';
import type { PermissionOptions } from './world/access-tokens.ts';
import type { Defaults, DeploymentSettings } from './world/deployment.ts';
import type { IntegrationSettings } from './world/open-integrations.ts';

/** Options of `startEmulator`; all have a default. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`: nobody but this machine. */
  readonly host?: string | undefined;
  /** Whole number from which every id and credential follows. Default 1. */
  readonly seed?: number | undefined;
  /** Other values for limits of the platform, or `'off'`. */
  readonly limits?: LimitOptions | undefined;
  /** Other positions for assumptions about the platform. */
  readonly switches?: Partial<Switches> | undefined;
  /** `demo` (default): typing on both ways, conversations start by themselves. `platform`: what Genesys starts with, all off. */
  readonly defaults?: Defaults | undefined;
  /** Settings of the deployment that differ from `defaults`. */
  readonly deployment?: Partial<DeploymentSettings> | undefined;
  /** Permissions of the agents' tokens and of the client's; default: all that the operations ask for. */
  readonly permissions?: PermissionOptions | undefined;
  /** Webhook of the seeded open messaging integration. Default: none; a `PATCH` of the integration sets it too. */
  readonly integration?: IntegrationSettings | undefined;
  /** Seconds that access tokens live: 300 to 172,800 (documented, OAUTH-LIFETIME). Default 86,400. */
  readonly accessTokenSeconds?: number | undefined;
  /** What goes wrong from the start on, and again after a reset. */
  readonly faults?: readonly FaultRule[] | undefined;
  readonly ports?: EmulatorPorts | undefined;
}

/** Options of a tenant: what is not given is as in the emulator that it belongs to. */
export type TenantOptions = Omit<EmulatorOptions, 'port' | 'host' | 'ports'> & {
  /** Stands in its URL, and its ids follow from it. Default: the next of `tenant-1`, `tenant-2`, … */
  readonly name?: string | undefined;
};

const TENANT_FIELDS = [
  'name',
  'seed',
  'limits',
  'switches',
  'defaults',
  'deployment',
  'permissions',
  'integration',
  'accessTokenSeconds',
  'faults',
] as const satisfies readonly (keyof TenantOptions)[];

/** Throws `EmulatorError` (`option.invalid`) for a field that a tenant has not. */
export function checkTenantFields(given: object): void {
  for (const field of Object.keys(given)) {
    if (TENANT_FIELDS.some((each) => each === field)) continue;
    const nearest = nearestName(field, TENANT_FIELDS);
    const hint = nearest === undefined ? `Use ${TENANT_FIELDS.join(', ')}.` : `Did you mean "${nearest}"?`;
    throw new EmulatorError('option.invalid', `A tenant has no option ${JSON.stringify(field)}. ${hint}`);
  }
}

/** The options, if an emulator can start with them. Throws `EmulatorError` (`option.invalid`). */
export function checkedOptions(options: EmulatorOptions): EmulatorOptions {
  const { port = 0, seed = 1, defaults = 'demo' } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new EmulatorError(
      'option.invalid',
      `port cannot be ${String(port)} (${typeof port}): use a whole number from 0 to 65535.`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new EmulatorError('option.invalid', `seed cannot be ${String(seed)} (${typeof seed}): use a whole number.`);
  }
  if (defaults !== 'demo' && defaults !== 'platform') {
    throw new EmulatorError(
      'option.invalid',
      `defaults cannot be ${String(defaults)} (${typeof defaults}): use demo or platform.`,
    );
  }
  const { accessTokenSeconds } = options;
  if (
    accessTokenSeconds !== undefined &&
    !(Number.isInteger(accessTokenSeconds) && accessTokenSeconds >= 300 && accessTokenSeconds <= 172_800)
  ) {
    throw new EmulatorError(
      'option.invalid',
      `accessTokenSeconds cannot be ${String(accessTokenSeconds)} (${typeof accessTokenSeconds}): use a whole number from 300 to 172800.`,
    );
  }
  return options;
}
