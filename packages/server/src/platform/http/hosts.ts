const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/**
 * Whether a `Host` header names this server. A page that rebinds its own DNS name to our address still sends its own
 * name, so names decide, not addresses: loopback names and those in `hosts` (any port), nothing else. A missing,
 * empty or malformed header is not allowed.
 */
export function isAllowedHost(header: string | undefined | null, hosts: readonly string[]): boolean {
  const name = hostName(header ?? '');
  if (name === null) return false;
  return (
    loopbackNames.includes(name) || hosts.some((host) => (hostName(host) ?? host.toLowerCase()) === name)
  );
}

/** Lower-case name of a `Host` value without its port and brackets; null when it isn't well formed. */
function hostName(value: string): string | null {
  const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9A-Za-z](?:[0-9A-Za-z.-]{0,252})))(?::\d{1,5})?$/.exec(
    value,
  );
  if (match) return (match[1] ?? match[2]!).toLowerCase();
  return null;
}
