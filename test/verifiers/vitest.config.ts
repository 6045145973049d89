import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Exported logs against verifiers in other languages, which share no code with Fairlead.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/verifiers/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // How long to look again for what comes of itself: the patience of a busy machine, no promise of speed.
    expect: { poll: { timeout: 30_000 } },
  },
});
