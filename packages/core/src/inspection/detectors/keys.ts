import type { DetectorGroup } from '../detector.ts';
import { base64UrlOf, draw } from './cases.ts';
import { special } from './token.ts';

const DASHES = '-'.repeat(5);
const pem = (label: string, size: number, seed: number, newline = '\n'): string => {
  const body = draw('base64', size, seed).replace(/.{64}/g, `$&${newline}`);
  return `${DASHES}BEGIN ${label}${DASHES}${newline}${body}${newline}${DASHES}END ${label}${DASHES}`;
};
const jwt = (payload: string, seed: number): string =>
  `${base64UrlOf('{"alg":"HS256","typ":"JWT"}')}.${base64UrlOf(payload)}.${draw('base64url', 43, seed)}`;

export const keys: DetectorGroup = {
  id: 'keys',
  title: 'Private keys and signed tokens',
  detectors: [
    special({
      id: 'private-key',
      anchors: ['-----begin', '---- begin'],
      scanner: 'private-key',
      docs: 'https://www.rfc-editor.org/rfc/rfc7468',
      positives: [
        pem('PRIVATE KEY', 1600, 1),
        pem('RSA PRIVATE KEY', 800, 2),
        pem('OPENSSH PRIVATE KEY', 360, 3, '\\n'),
        pem('PGP PRIVATE KEY BLOCK', 900, 4),
        pem('EC PRIVATE KEY', 160, 5).slice(0, 150),
      ],
      negatives: [
        pem('PUBLIC KEY', 400, 1),
        pem('CERTIFICATE', 900, 2),
        pem('PRIVATE KEY', 12, 3),
        `${DASHES}BEGIN PRIVATE KEY${DASHES}\n...\n${DASHES}END PRIVATE KEY${DASHES}`,
      ],
    }),
    special({
      id: 'putty-private-key',
      anchors: ['putty-user-key-file-'],
      scanner: 'putty-key',
      docs: 'https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html',
      positives: [1, 2].map(
        (seed) =>
          `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 1\nAAAAC3Nz\nPrivate-Lines: 2\n${draw('base64', 64, seed)}\n${draw('base64', 44, seed)}\nPrivate-MAC: ${draw('hex', 64, seed)}`,
      ),
      negatives: ['PuTTY-User-Key-File-3: ssh-rsa', 'PuTTY-User-Key-File-2: a\nPrivate-Lines: 1\nxxxx'],
    }),
    special({
      id: 'json-web-token',
      anchors: ['eyJ'],
      matcher: /eyJ[A-Za-z0-9_-]{8,1000}\.eyJ[A-Za-z0-9_-]{8,3000}\.[A-Za-z0-9_-]{20,700}/y,
      validators: ['jwt'],
      docs: 'https://www.rfc-editor.org/rfc/rfc7519',
      positives: [
        jwt('{"sub":"u-77","scope":"admin"}', 1),
        `Bearer ${jwt('{"role":"service_role","exp":2000000000}', 2)}`,
      ],
      negatives: [
        jwt('{"sub":"1234567890","name":"John Doe"}', 1),
        jwt('{"role":"anon"}', 2),
        `${base64UrlOf('{"alg":"none"}')}.${base64UrlOf('{"sub":"u"}')}.${draw('base64url', 43, 1)}`,
      ],
    }),
  ],
};
