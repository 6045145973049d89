/** Looks a request header up by its lower-case name. */
export type HeaderLookup = (name: string) => string | undefined | null;

/**
 * Whether a web page sent this request. Browsers add `Origin` or `Sec-Fetch-Site`/`-Dest` themselves and pages can't
 * remove them. `Sec-Fetch-Mode: cors` alone is no evidence: Node's own fetch sends it, and assistants run on Node.
 */
export function isBrowserRequest(header: HeaderLookup): boolean {
  const present = (name: string) => typeof header(name) === 'string';
  if (
    present('origin') ||
    present('sec-fetch-site') ||
    present('sec-fetch-dest') ||
    present('sec-fetch-user')
  ) {
    return true;
  }
  const mode = header('sec-fetch-mode');
  return typeof mode === 'string' && mode !== 'cors';
}

/** Whether a request that carries an `Origin` comes from one of our own origins (exact match, no wildcards). */
export function isOwnOrigin(header: HeaderLookup, origins: readonly string[]): boolean {
  const origin = header('origin');
  const site = header('sec-fetch-site');
  if (typeof origin === 'string') return origins.includes(origin);
  // Same-origin GETs carry no Origin, and an address typed by hand says `none`.
  return site === 'same-origin' || site === 'none';
}

/**
 * Whether a request that changes something was sent by a page of `ownOrigin`: both headers that browsers add say so.
 * Stricter than `isOwnOrigin`, because a session's cookie comes along by itself.
 */
export function isOwnPage(header: HeaderLookup, ownOrigin: string): boolean {
  return header('sec-fetch-site') === 'same-origin' && header('origin') === ownOrigin;
}
