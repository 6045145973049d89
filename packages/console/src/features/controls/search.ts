import type { ControlState } from '../../api/types.ts';

/** Worst first: what is not in force should be seen first. */
export const controlStates = [
  'off',
  'unknown',
  'observed',
  'enforced',
] as const satisfies readonly ControlState[];

export interface ControlsSearch {
  readonly state?: ControlState;
}

export function readControlsSearch(search: Record<string, unknown>): ControlsSearch {
  const state = controlStates.find((known) => known === search.state);
  return state === undefined ? {} : { state };
}
