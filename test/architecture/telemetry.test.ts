import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  attributeNames,
  metricNames,
  spanNames,
} from '../../packages/server/src/platform/telemetry/index.ts';
import { isTest } from './boundaries.ts';
import { readSources, root } from './sources.ts';

describe('the names of telemetry', () => {
  const metrics = Object.values(metricNames);
  const names: readonly string[] = [
    ...metrics,
    ...Object.values(spanNames),
    ...Object.values(attributeNames),
  ];

  it('are all on the reference page', () => {
    const page = readFileSync(join(root, 'docs/reference/telemetry.md'), 'utf8');
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('stand in one module', () => {
    const others = readSources(['packages/server/src'], ['.ts']).filter(
      ({ path }) => !isTest(path) && !path.endsWith('telemetry/names.ts'),
    );
    const written = others.flatMap(({ path, text }) =>
      [...text.matchAll(/name: ['"`](fairlead_[a-z_]+)/g)].map((match) => `${path}: ${match[1]}`),
    );
    expect(others.length).toBeGreaterThan(50);
    expect(written).toEqual([]);
  });
});
