import type { DetectorGroup } from '../detector.ts';
import { draw } from './cases.ts';

export const assignments: DetectorGroup = {
  id: 'assignments',
  title: 'Values assigned to secret-sounding names',
  detectors: [
    {
      id: 'secret-assignment',
      grade: 'C',
      dataClass: 'credential-suspect',
      anchors: [
        'password',
        'passwd',
        'passphrase',
        'secret',
        'token',
        'api_key',
        'apikey',
        'api-key',
        'private_key',
        'privatekey',
        'access_key',
        'accesskey',
        'auth_key',
        'authkey',
        'encryption_key',
        'credential',
        'client_key',
        'signing_key',
        '_pwd',
        'dbpass',
        'db_pass',
      ],
      matcher:
        /[\w.-]{3,40}["'`\]]{0,2}[ \t]{0,12}(?:===?|!==?|=>|:=|\?=|=|:)[ \t]{0,8}(?:["'`](?<value>[^\s"'`]{8,160})["'`]|(?<value>[^\s"'`,;&(){}<>[\]$\\]{8,160})(?=[\s,;"'`&)}\]]|$|\\n))/iy,
      left: 'free',
      validators: ['assigned-secret'],
      docs: 'docs/reference/detectors.md',
      positives: [
        `password = "${draw('base62', 14, 1)}"`,
        `api_key: ${draw('hex', 32, 2)}`,
        `clientSecret: '${draw('base62', 30, 3)}'`,
      ],
      negatives: [
        'password = "changeme"',
        'token = get_token(request)',
        'secret_name = "projects/acme/secrets"',
        `public_key = "${draw('hex', 32, 4)}"`,
      ],
    },
    {
      id: 'high-entropy-string',
      grade: 'D',
      dataClass: 'entropy',
      anchors: [],
      sweep: 'entropy',
      docs: 'docs/reference/detectors.md',
      positives: [1, 2].map((seed) => `const k = "${draw('base62', 44, seed)}"`),
      negatives: [
        `"integrity": "sha512-${draw('base64', 86, 1)}=="`,
        draw('hex', 40, 2),
        'getElementsByClassNameAndTagNameForDocument12',
      ],
    },
  ],
};
