/**
 * Why an evaluation failed. Not an Error: it is thrown on paths where a stack trace would cost more than the
 * decision, and never leaves the engine. Messages name types and attributes, never values.
 */
export class Fault {
  readonly message: string;
  /** True once the message names the place in the request. */
  readonly placed: boolean;

  constructor(message: string, placed = false) {
    this.message = message;
    this.placed = placed;
  }
}

/** The message of anything thrown while evaluating; foreign errors are named by kind only. */
export function faultMessage(thrown: unknown): string {
  if (thrown instanceof Fault) return thrown.message;
  return thrown instanceof RangeError ? 'the evaluation is too deep' : 'internal evaluator error';
}
