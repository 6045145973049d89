// Writes docs/reference/detectors.md: `node tools/generate-detectors.ts`. test/unit/detectors-page.test.ts asks
// whether it is current.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderDetectors } from '@fairlead/core/inspection';

/** The generated page. */
export const detectorsPage = resolve(
  dirname(fileURLToPath(import.meta.url)),
  '../docs/reference/detectors.md',
);

if (import.meta.main) {
  mkdirSync(dirname(detectorsPage), { recursive: true });
  writeFileSync(detectorsPage, renderDetectors());
}
