import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Collections of 10,000 pull requests under every fault: minutes long, so not part of `npm test`.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/collect/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 60_000,
    // How long to look again for what comes of itself: the patience of a busy machine, no promise of speed.
    expect: { poll: { timeout: 30_000 } },
  },
});
