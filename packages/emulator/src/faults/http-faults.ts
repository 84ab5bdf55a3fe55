import { PLATFORM_ERRORS } from '@backchannel/protocol';

const isSpecific = ([, [status, text]]: readonly [string, readonly [number, string]]): boolean =>
  status !== 429 && text.includes('%s');

/** Status, code and text of the platform's errors. Of several with one status: the first that says nothing particular. */
export const HTTP_FAULTS: Readonly<Record<string, { readonly code: string; readonly text: string }>> =
  Object.fromEntries(
    Object.entries(PLATFORM_ERRORS)
      .toSorted((left, right) => Number(isSpecific(right)) - Number(isSpecific(left)))
      .reverse()
      .map(([code, [status, text]]) => [String(status), { code, text }]),
  );
