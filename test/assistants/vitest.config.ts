import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Real assistant CLIs through the demo. tools/install-assistants.sh installs them; without them the lane skips.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/assistants/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // How long to look again for what comes of itself: the patience of a busy machine, no promise of speed.
    expect: { poll: { timeout: 30_000 } },
    // Each assistant is a program of its own that takes a core while it starts.
    fileParallelism: false,
  },
});
