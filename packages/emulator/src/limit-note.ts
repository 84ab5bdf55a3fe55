import { LIMITS, type LimitName } from '@backchannel/protocol';

/** Names the limit behind a refusal, for the journal. */
export const noteOf = (name: LimitName): string =>
  `${LIMITS[name].id}: the platform allows ${LIMITS[name].limit} for ${LIMITS[name].scope} (${LIMITS[name].mark}).`;
