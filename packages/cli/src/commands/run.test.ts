import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { registerRun } from './run.ts';

describe('fairlead run', () => {
  it('names a folder that is not there, before anything else is asked', async () => {
    const folder = join(import.meta.dirname, 'nowhere');
    const program = new Command('fairlead').enablePositionalOptions().exitOverride();
    registerRun(program);
    await expect(
      program.parseAsync(['run', '-C', folder, '--', 'claude'], { from: 'user' }),
    ).rejects.toMatchObject({ code: 'run.no-repository', place: { file: folder } });
  });
});
