/* Once, before any browser test: the console is built from its sources and the browser unpacked. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from '../support/fairlead.ts';
import { unpackChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the browser. */
    chromiumPath: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { status, stderr } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'packages/console'),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the console could not be built: ${stderr}`);
  project.provide('chromiumPath', await unpackChromium());
}
