/** Headers of every answer: nothing is cached, framed, sniffed or told to other sites. */
function commonHeaders(tls: boolean): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    // Only where this process itself speaks TLS; a proxy in front decides for its own name.
    ...(tls && { 'strict-transport-security': 'max-age=31536000' }),
  };
}

/** Of answers that are data: a browser may not even render them. */
export function apiHeaders(tls: boolean): Record<string, string> {
  return {
    ...commonHeaders(tls),
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  };
}

/** Policy of the console's page. Its own files only; styles also with the nonce of this answer. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "object-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
