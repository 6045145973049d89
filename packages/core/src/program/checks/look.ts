import type { Documents } from '../documents.ts';
import type { Facts } from '../facts.ts';
import type { Day, ProgramFinding } from '../types.ts';

/** One look across files. `today` decides what has expired. */
export type ProgramLook = (documents: Documents, facts: Facts, today: Day) => readonly ProgramFinding[];
