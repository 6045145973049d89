import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Several servers as real processes on one PostgreSQL, which is killed too. A minute or two long.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/postgres/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // How long to look again for what comes of itself: the patience of a busy machine, no promise of speed.
    expect: { poll: { timeout: 30_000 } },
  },
});
