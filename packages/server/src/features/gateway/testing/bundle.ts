import { join } from 'node:path';
import { indexProgram } from '@fairlead/core/decision';
import type { Program } from '@fairlead/core/program';
import { loadProgram } from '../../program/api.ts';
import type { ActiveBundle } from '../types.ts';
import { engineOf } from './policy-engine.ts';

const example = join(import.meta.dirname, '../../../../../../program');

/** The day the example is right on, and a moment of it. */
const exampleDay = '2026-11-01';
export const exampleNow = Date.parse('2026-11-01T10:00:00Z');

/** The example program in force, changed where a test needs it changed. */
export async function exampleBundle(
  change: (program: Program) => Program = (program) => program,
): Promise<ActiveBundle> {
  const loaded = await loadProgram(example, { today: exampleDay });
  const program = change(loaded.program);
  return {
    digest: loaded.digest,
    index: indexProgram(program),
    engine: engineOf(program),
    configEpoch: 7,
  };
}
