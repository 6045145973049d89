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
    // What a page says comes a moment after its heading: such expectations look again until it stands there.
    expect: { poll: { timeout: 15_000 } },
    // Each file has a browser and mostly a server of its own; two cores carry two of them.
    maxWorkers: 2,
  },
});
