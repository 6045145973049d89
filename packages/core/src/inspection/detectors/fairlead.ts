import type { DetectorGroup } from '../detector.ts';
import { draw } from './cases.ts';
import { special } from './token.ts';

export const fairlead: DetectorGroup = {
  id: 'fairlead',
  title: "Fairlead's own keys and tokens",
  detectors: [
    special({
      id: 'fairlead-key',
      anchors: ['flk_', 'flt_'],
      matcher: /fl[kt]_(?<body>[A-Za-z0-9_-]{40,64})/y,
      validators: ['token'],
      docs: 'docs/reference/detectors.md',
      positives: [
        `flk_${draw('base64url', 43, 1)}${draw('base62', 6, 1)}`,
        `Authorization: Bearer flt_${draw('base62', 49, 2)}`,
      ],
      negatives: [`flk_${'x'.repeat(49)}`, 'flk_...', `flk_${draw('base62', 20, 1)}`],
    }),
  ],
};
