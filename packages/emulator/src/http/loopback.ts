const LOOPBACK = /^(?:localhost|(?:[^.]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** Whether a `Host` header names this machine itself. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && URL.canParse(`http://${host}`) && LOOPBACK.test(new URL(`http://${host}`).hostname);
}

/** Whether an `Origin` header is a page of this machine itself, on any port. `null` (a file, a sandbox) is not. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  return LOOPBACK.test(new URL(origin).hostname);
}
