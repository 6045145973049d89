import type { DetectorGroup } from '../detector.ts';
import { draw } from './cases.ts';
import { special } from './token.ts';

export const fairlead: DetectorGroup = {
  id: 'fairlead',
  title: "Fairlead's own keys and tokens",
  detectors: [
    special({
      id: 'fairlead-key',
      anchors: ['flk_', 'flt_', 'fld_', 'flc_'],
      matcher: /fl[cdkt]_(?<body>[A-Za-z0-9_-]{40,64})/y,
      validators: ['token'],
      docs: 'docs/reference/detectors.md',
      positives: [
        `flk_${draw('base64url', 43, 1)}${draw('base62', 6, 1)}`,
        `Authorization: Bearer flt_${draw('base62', 49, 2)}`,
        `"login": "fld_${draw('base62', 49, 3)}"`,
        `fairlead enroll --code flc_${draw('base62', 49, 4)}`,
      ],
      negatives: [`flk_${'x'.repeat(49)}`, 'flk_...', `flk_${draw('base62', 20, 1)}`],
    }),
    special({
      // A signed token: a JWT behind a prefix of its own, whose header begins with {"alg".
      id: 'fairlead-assistant-token',
      anchors: ['fla_eyJ'],
      matcher: /fla_eyJ(?<body>[A-Za-z0-9_-]{10,400}\.eyJ[A-Za-z0-9_-]{20,6000}\.[A-Za-z0-9_-]{86})/y,
      validators: ['token'],
      docs: 'docs/reference/run.md',
      positives: [
        `fla_eyJ${draw('base64url', 60, 1)}.eyJ${draw('base64url', 300, 2)}.${draw('base64url', 86, 3)}`,
        `x-api-key: fla_eyJ${draw('base64url', 40, 4)}.eyJ${draw('base64url', 200, 5)}.${draw('base64url', 86, 6)}`,
      ],
      negatives: [
        'fla_eyJ…',
        `fla_eyJ${draw('base64url', 60, 7)}.eyJ${draw('base64url', 60, 8)}`,
        `fla_${draw('base62', 49, 9)}`,
      ],
    }),
  ],
};
