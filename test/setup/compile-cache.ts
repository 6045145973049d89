import { join, resolve } from 'node:path';

/**
 * With coverage vitest forbids its own processes the compile cache, since code out of it is counted less exactly. What they
 * start isn't counted, and needs it: without it each thread strips types in WebAssembly, whose code several threads of one
 * process can't always free safely at once.
 */
if (process.env.NODE_DISABLE_COMPILE_CACHE !== undefined) {
  delete process.env.NODE_DISABLE_COMPILE_CACHE;
  process.env.NODE_COMPILE_CACHE = join(
    resolve(import.meta.dirname, '../..'),
    'node_modules/.cache/fairlead',
  );
}
