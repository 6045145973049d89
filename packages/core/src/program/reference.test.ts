import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publishedSchemas } from './json-schema.ts';
import { renderProgramReference } from './reference.ts';

const page = join(import.meta.dirname, '../../../../docs/reference/program.md');

it('docs/reference/program.md is current (FAIRLEAD_WRITE_REFERENCE=1 writes it)', () => {
  const text = renderProgramReference();
  if (process.env.FAIRLEAD_WRITE_REFERENCE === '1') writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

it('names every file', () => {
  const text = renderProgramReference();
  for (const { place } of publishedSchemas) {
    if (!place.startsWith('fairlead ')) expect(text).toContain(`## ${place}\n`);
  }
  expect(text).not.toContain('undefined');
});
