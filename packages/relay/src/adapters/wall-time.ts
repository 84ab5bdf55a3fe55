let atMs = Number.NaN;
let text = '';

/** The time of day as ISO 8601. The text of a millisecond is made once: a signal asks three times, and thousands come in a second. */
export function wallTime(): string {
  const nowMs = Date.now();
  if (nowMs !== atMs) {
    atMs = nowMs;
    text = new Date(nowMs).toISOString();
  }
  return text;
}
