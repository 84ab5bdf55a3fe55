import { type DeploymentConfig, deploymentConfigPath, parseDeploymentConfig } from '@backchannel/protocol';
import { requestJson } from '../core/http.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';

/** Reads the deployment's public configuration, which decides what a guest may send. Official clients refuse to connect without it. */
export function fetchDeploymentConfig(
  ports: Pick<Ports, 'clock' | 'fetch'>,
  cdn: string,
  deploymentId: string,
  signal: AbortSignal,
): Promise<Settled<DeploymentConfig>> {
  const url = cdn + deploymentConfigPath(deploymentId);
  return requestJson(ports, { method: 'GET', url, guard: parseDeploymentConfig, signal });
}
