import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The gateway as a process, against stub vendors. Real assistants have a lane of their own (test/assistants).
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/gateway/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // How long to look again for what comes of itself: the patience of a busy machine, no promise of speed.
    expect: { poll: { timeout: 30_000 } },
    // Every file runs servers of its own; more of them at once than cores only makes each of them slow.
    maxWorkers: 2,
  },
});
