import type { PolicyEngine } from '@fairlead/core/policy';
import type { LoadedProgram, ProgramFinding } from '@fairlead/core/program';

/** A program's policies, compiled. `engine` is null exactly when there are findings. */
export type Activation = {
  readonly digest: string;
  /** Lets a set decide again that a disagreement between two engines has stopped. */
  readonly clearDisagreement: () => void;
} & (
  | { readonly engine: PolicyEngine; readonly findings: readonly [] }
  | { readonly engine: null; readonly findings: readonly ProgramFinding[] }
);

/** The policy feature as other features see it. */
export interface Policy {
  /**
   * Validates and compiles the policies of a program, generated ones included, with the engine the program names.
   * Synchronous, some 0.3 s for two dozen policies: call it before the listener opens or off the path of calls.
   */
  activate(loaded: LoadedProgram): Activation;
}
