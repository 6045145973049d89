import type { ProgramControl } from '@fairlead/core/program';

/** Where something is enforced or seen. */
export type ControlPoint = 'gateway' | 'hook' | 'editor' | 'ci' | 'api';

/**
 * `enforced`: what breaks it is refused. `observed`: it is seen, and not stopped. `off`: nothing asks for it.
 * `unknown`: nothing measures it.
 */
export type ControlState = 'enforced' | 'observed' | 'off' | 'unknown';

/** What was measured of one control. */
export interface ControlMeasure {
  readonly state: ControlState;
  readonly where: readonly ControlPoint[];
  /** Milliseconds since the epoch; null where nothing has begun. */
  readonly since: number | null;
  /** How this is known, in a sentence. */
  readonly how: string;
  /** The newest entry that shows it; null where there is none. */
  readonly entryId: string | null;
}

export interface MeasuredControl extends ControlMeasure {
  readonly control: ProgramControl;
}
