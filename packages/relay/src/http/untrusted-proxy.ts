import type { FastifyRequest } from 'fastify';
import type { Log } from '../observe/log.ts';

/**
 * Warns once when a request came through a proxy that the configuration does not name: all who are behind it are one caller
 * then, and addresses that are given to callers are those of plain HTTP. Asked where that matters, not for every signal.
 */
export function untrustedProxyWarning(log: Log): (request: FastifyRequest) => void {
  let isTold = false;
  return (request) => {
    // `ips` goes on beyond the first only where that one is trusted.
    if (isTold || !request.headers['x-forwarded-for'] || (request.ips?.length ?? 1) > 1) return;
    isTold = true;
    log.warn('proxy.untrusted', {
      reason: `X-Forwarded-For came from ${request.ip}, which is not in listen.trustedProxies, and was not believed. If that is your proxy, name it there: all who are behind it count as one caller. If not, somebody pretends to be behind one.`,
    });
  };
}
