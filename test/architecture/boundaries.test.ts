import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cyclesOf, type Dependencies, danglingOf, edgesOf, violationsOf } from './boundaries.ts';
import { importsOf } from './scan.ts';
import { readSources, root } from './sources.ts';

const packages = ['core', 'server', 'cli', 'console', 'vscode'].filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
);

function readManifest(path: string): { dependencies?: object; devDependencies?: object } {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

const rootTools = Object.keys(readManifest('package.json').devDependencies ?? {});
const dependencies: Dependencies = Object.fromEntries(
  packages.map((name) => {
    const manifest = readManifest(`packages/${name}/package.json`);
    const own = Object.keys(manifest.dependencies ?? {});
    return [name, { own, tests: [...rootTools, ...Object.keys(manifest.devDependencies ?? {})] }];
  }),
);
const files = readSources(['packages'], ['.ts', '.tsx', '.mjs', '.js']);

describe('the dependency rule', () => {
  it('reads every package, and imports in them', () => {
    for (const name of packages) {
      const read = files.filter(({ path }) => path.startsWith(`packages/${name}/`));
      expect(read.length, `files of ${name}`).toBeGreaterThan(0);
    }
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap(edgesOf).length).toBeGreaterThan(files.length);
  });

  it('holds', () => {
    expect(violationsOf(files, dependencies)).toEqual([]);
  });

  it('has no import that leads nowhere', () => {
    expect(danglingOf(files, (path) => existsSync(join(root, path)))).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cyclesOf(files)).toEqual([]);
  });
});

describe('what the dependency rule catches', () => {
  const planted: readonly (readonly [string, string, string])[] = [
    ['core, node:*', 'packages/core/src/json/read.ts', "import { readFileSync } from 'node:fs';"],
    ['core, a builtin without its prefix', 'packages/core/src/json/read.ts', "import fs from 'fs';"],
    ['core, the server', 'packages/core/src/json/read.ts', "import { x } from '@fairlead/server/cli-api';"],
    ['core, an unlisted package', 'packages/core/src/json/read.ts', "import { request } from 'undici';"],
    ['core, out of its folder', 'packages/core/src/json/a.ts', "export * from '../../../server/src/app.ts';"],
    ['core, itself by name', 'packages/core/src/json/a.ts', "import { x } from '@fairlead/core/text';"],
    ['core, a dynamic import', 'packages/core/src/json/a.ts', "const fs = await import('node:fs');"],
    ['core, require', 'packages/core/src/json/a.ts', "const fs = require('node:fs');"],
    ['core, a type', 'packages/core/src/json/a.ts', "import type { Stats } from 'node:fs';"],
    ['core, an inline type', 'packages/core/src/json/a.ts', "let s: import('node:fs').Stats;"],
    ['core, a computed import', 'packages/core/src/json/a.ts', 'await import(name);'],
    ['core, a template import', 'packages/core/src/json/a.ts', 'await import(`node:$' + '{name}`);'],
    [
      'a feature, another service',
      'packages/server/src/features/gateway/a.ts',
      "import { x } from '../identity/service.ts';",
    ],
    ['a feature, the root', 'packages/server/src/features/gateway/a.ts', "import { x } from '../../app.ts';"],
    [
      'a feature, another one re-exported',
      'packages/server/src/features/gateway/a.ts',
      "export { x } from '../identity/create.ts';",
    ],
    [
      'a feature, core by path',
      'packages/server/src/features/gateway/a.ts',
      "import { x } from '../../../../core/src/json/index.ts';",
    ],
    [
      'a feature, part of a core area',
      'packages/server/src/features/gateway/a.ts',
      "import { x } from '@fairlead/core/json/scan.ts';",
    ],
    [
      'a feature, a worker of another',
      'packages/server/src/features/gateway/a.ts',
      "new Worker(new URL('../ledger/x.worker.ts', import.meta.url));",
    ],
    [
      'an integration, another one',
      'packages/server/src/features/integrations/github/a.ts',
      "import { x } from '../gitlab/service.ts';",
    ],
    [
      'platform, a feature',
      'packages/server/src/platform/db/a.ts',
      "import { x } from '../../features/ledger/api.ts';",
    ],
    ['the server, the command line', 'packages/server/src/app.ts', "import { x } from '@fairlead/cli';"],
    [
      'a stray file of the server',
      'packages/server/src/stray.ts',
      "import { x } from './features/ledger/api.ts';",
    ],
    [
      'the command line, the server eagerly',
      'packages/cli/src/main.ts',
      "import { start } from '@fairlead/server/cli-api';",
    ],
    [
      'the command line, inside the server',
      'packages/cli/src/main.ts',
      "import { x } from '../../server/src/app.ts';",
    ],
    ['the console, a core area', 'packages/console/src/a.ts', "import { x } from '@fairlead/core/policy';"],
    ['the console, node:*', 'packages/console/src/a.tsx', "import { join } from 'node:path';"],
    ['the console, a build tool', 'packages/console/src/a.tsx', "import { build } from 'vite';"],
    ['the console, the server', 'packages/console/src/a.ts', "import '@fairlead/server/cli-api';"],
  ];
  it.each(planted)('%s', (_, path, text) => {
    expect(violationsOf([{ path, text }], dependencies)).toHaveLength(1);
  });

  const allowed: readonly (readonly [string, string, string])[] = [
    ['core, its own areas', 'packages/core/src/json/a.ts', "import { x } from '../text/index.ts';"],
    ['core, a listed library', 'packages/core/src/json/a.ts', "import { z } from 'zod';"],
    ['core tests, node:*', 'packages/core/src/json/a.test.ts', "import { createHash } from 'node:crypto';"],
    [
      "a feature, another one's api",
      'packages/server/src/features/gateway/a.ts',
      "import type { X } from '../identity/api.ts';",
    ],
    [
      'a feature, platform and core',
      'packages/server/src/features/gateway/a.ts',
      "import { a } from '../../platform/db/a.ts'; import { b } from '@fairlead/core/json';",
    ],
    ['a root, a feature', 'packages/server/src/app.ts', "import { x } from './features/ledger/create.ts';"],
    [
      'the command line, the server lazily',
      'packages/cli/src/main.ts',
      "const { start } = await import('@fairlead/server/cli-api');",
    ],
    ['the console, proofs', 'packages/console/src/a.ts', "import { x } from '@fairlead/core/ledger/proof';"],
    ['the set-up of a build', 'packages/console/vite.config.ts', "import { build } from 'vite';"],
    [
      'an import in a comment',
      'packages/core/src/json/a.ts',
      "// import x from 'node:fs'\n/* import 'node:os' */",
    ],
    [
      'an import in a string',
      'packages/core/src/json/a.ts',
      "const a = \"import x from 'node:fs'\"; const b = `import('node:fs')`;",
    ],
  ];
  it.each(allowed)('and lets pass: %s', (_, path, text) => {
    expect(violationsOf([{ path, text }], dependencies)).toEqual([]);
  });

  it('finds cycles, also through types', () => {
    const a = { path: 'packages/core/src/a/a.ts', text: "import type { B } from './b.ts';" };
    const b = { path: 'packages/core/src/a/b.ts', text: "export * from './a.ts';" };
    expect(cyclesOf([a, b])).toEqual([[a.path, b.path, a.path]]);
    expect(cyclesOf([a, { ...b, text: '' }])).toEqual([]);
  });

  it('finds imports that lead nowhere', () => {
    const file = { path: 'packages/core/src/a/a.ts', text: "import { B } from './b.ts';" };
    expect(danglingOf([file], () => false)).toHaveLength(1);
  });

  it('reads imports after regular expressions and templates', () => {
    const text = 'const r = /[\'"`]/g; const t = `a $' + "{b ? `'` : '\"'} c`;\nimport { x } from './x.ts';";
    expect(importsOf(text)).toEqual([{ specifier: './x.ts', kind: 'static' }]);
  });
});
