import { FairleadError } from '@fairlead/core/errors';

/**
 * Refuses a Node that some dependency can't run on (better-sqlite3 13 crashes the process on Node 20): line 22 from
 * 22.22.2, or 24.15 and newer. @throws FairleadError `server.node-too-old`.
 */
export function checkNodeVersion(version: string = process.versions.node): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const inLine22 = major === 22 && (minor > 22 || (minor === 22 && patch >= 2));
  const newEnough = major > 24 || (major === 24 && minor >= 15);
  if (inLine22 || newEnough) return;
  throw new FairleadError('server.node-too-old', {
    message: `Node ${version} is too old for Fairlead: it needs 22.22.2 or newer in line 22, or 24.15 or newer.`,
  });
}

/** Refuses to start where the environment switches certificate checks off. @throws `server.tls-verification-off`. */
export function checkEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): void {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') throw new FairleadError('server.tls-verification-off');
}
