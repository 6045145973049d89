import { sweepCards } from './cards.ts';
import { sweepEmails } from './emails.ts';
import { sweepEntropy } from './entropy.ts';
import { sweepIbans } from './ibans.ts';
import type { Sweep } from './sweep.ts';

export type { Sweep } from './sweep.ts';

const sweeps = {
  cards: sweepCards,
  ibans: sweepIbans,
  emails: sweepEmails,
  entropy: sweepEntropy,
} as const satisfies Record<string, Sweep>;

export type SweepId = keyof typeof sweeps;

/** The sweep of that id, or undefined. */
export function findSweep(id: string): Sweep | undefined {
  return Object.hasOwn(sweeps, id) ? sweeps[id as SweepId] : undefined;
}
