import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The console in a real browser, against the real demo server and, for rare states, a stand-in of its API.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Each file has a browser and mostly a server of its own; two cores carry two of them.
    maxWorkers: 2,
  },
});
