import { PlatformRefusal } from './platform-refusal.ts';

/** Page size when none is asked for (documented, GUEST-HISTORY). */
export const PAGE_SIZE = 25;

/** A whole number of the query from 1 to `max`. */
export function positive(query: URLSearchParams, name: string, absent: number, max: number): number {
  const text = query.get(name);
  if (text === null) return absent;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new PlatformRefusal('invalid.value', { values: [text.slice(0, 60), name, `1 to ${max}`] });
}
