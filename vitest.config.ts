import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/{unit,architecture,launcher}/**/*.test.ts'],
    globalSetup: ['test/setup/postgres.ts'],
    setupFiles: ['test/setup/compile-cache.ts'],
    // Many tests wait for servers and databases that they start: a machine of two cores runs two files at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // How long to look again for what comes of itself: the patience of a busy machine, no promise of speed.
    expect: { poll: { timeout: 30_000 } },
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      // Worker, child and main entries run outside the instrumented process: they are kept thin.
      exclude: ['**/*.test.ts', '**/*.worker.ts', '**/main.ts', '**/testing/**'],
      thresholds: {
        'packages/core/src/**': { lines: 95, statements: 95 },
        'packages/server/src/**': { lines: 85, statements: 85 },
      },
    },
  },
});
