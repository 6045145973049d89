const mark = '[redacted]';

/** Shapes of credentials, whoever issued them. Each is linear: no nested repetition. */
const shapes: readonly RegExp[] = [
  // Our own keys and tokens first, also when cut short.
  /\bfl[acdikst]_[0-9A-Za-z._-]{6,}/g,
  /\b(?:sk|pk|rk|ak)-[0-9A-Za-z_-]{12,}/g,
  /\bgh[opsur]_[0-9A-Za-z]{12,}/g,
  /\bgithub_pat_[0-9A-Za-z_]{12,}/g,
  /\bglpat-[0-9A-Za-z_-]{12,}/g,
  /\bxox[a-z]-[0-9A-Za-z-]{8,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{12,}/g,
  /\bAIza[0-9A-Za-z_-]{20,}/g,
  /\beyJ[0-9A-Za-z_-]{6,}\.[0-9A-Za-z_-]{6,}(?:\.[0-9A-Za-z_-]*)?/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
];
const scheme = /\b(Bearer|Basic|Token)\s+[^\s"\\,;]{6,}/gi;
const userInfo = /(:\/\/)[^\s"\\/@]{1,256}@/g;
const named =
  /\b((?:api[-_]?key|access[-_]?token|auth[-_]?token|token|secret|password|passwd|credential)["']?\s*[=:]\s*["']?)[^\s"'\\,;&]{6,}/gi;
const long = /[0-9A-Za-z_+-]{32,}/g;
const hexOrUuid = /^(?:[0-9a-f]+|[0-9a-f-]{36})$/;

/**
 * A line of text without anything that looks like a credential: known shapes, values named as secrets, credentials in
 * URLs, and any long run that mixes upper case, lower case and digits. Digests in hex and UUIDs stay readable.
 */
export function scrub(text: string): string {
  let clean = text;
  for (const shape of shapes) clean = clean.replace(shape, mark);
  return clean
    .replace(scheme, `$1 ${mark}`)
    .replace(userInfo, `$1${mark}@`)
    .replace(named, `$1${mark}`)
    .replace(long, (run) => (looksRandom(run) ? mark : run));
}

function looksRandom(run: string): boolean {
  return !hexOrUuid.test(run) && /[0-9]/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
}
