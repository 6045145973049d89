import type { EntityStore } from './entities.ts';
import type { EntityUid, RecordValue, Value } from './values.ts';

/** What one evaluation sees: the request in the evaluator's own form. */
export interface Situation {
  readonly principal: EntityUid;
  readonly action: EntityUid;
  readonly resource: EntityUid;
  readonly context: RecordValue;
  readonly entities: EntityStore;
}

/** A compiled expression. Throws a Fault where Cedar's evaluator has an error. */
export type Evaluate = (situation: Situation) => Value;
/** A compiled expression that is known to be boolean, or to fault. */
export type Test = (situation: Situation) => boolean;
