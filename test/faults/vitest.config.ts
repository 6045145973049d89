import { defineConfig } from 'vitest/config';

// The fault lane: real processes that are killed or starved of disk. Minutes long, so not part of `npm test`.
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 20 * 60_000,
    hookTimeout: 60_000,
  },
});
