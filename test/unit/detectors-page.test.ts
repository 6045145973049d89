import { existsSync, readFileSync } from 'node:fs';
import { renderDetectors } from '@fairlead/core/inspection';
import { expect, it } from 'vitest';
import { detectorsPage } from '../../tools/generate-detectors.ts';

it('docs/reference/detectors.md is current: `node tools/generate-detectors.ts` writes it', () => {
  expect(existsSync(detectorsPage)).toBe(true);
  expect(readFileSync(detectorsPage, 'utf8')).toBe(renderDetectors());
});
