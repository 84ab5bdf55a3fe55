import type { Clock, Ports } from '@backchannel/client';
import { RequestRate } from '../access/request-rate.ts';
import type { RelayMetrics } from './metrics.ts';

/** Requests of guests go to the same host, but carry no token (documented, GUEST-HISTORY). */
const OF_GUESTS = 'v2/webmessaging/';

/** A `fetch` that counts what goes to the platform API with the token, and how much of it in the last minute. */
export function countedFetch(
  fetch: Ports['fetch'],
  { api, clock, metrics }: { readonly api: string; readonly clock: Clock; readonly metrics: RelayMetrics },
): Ports['fetch'] {
  const counted = new RequestRate(Infinity);
  metrics.watch('platform_requests_last_minute', () => counted.used(clock.now()));
  const begins = `${api}/api/`;
  return (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    if (!url.startsWith(begins) || url.startsWith(OF_GUESTS, begins.length)) return fetch(input, init);
    counted.use(clock.now());
    const answer = fetch(input, init);
    answer.then(
      ({ status }) => metrics.platformRequest(status),
      () => metrics.platformRequest(0),
    );
    return answer;
  };
}
