import type { MeasuredChange } from '../measures.ts';
import { reversalSeconds } from '../reversals.ts';
import type { Cohort } from './cells.ts';

/** A change as figures read it. */
export type Measured = Omit<MeasuredChange, 'id'>;

/** What is counted of a change, as text; null: it isn't. */
type Told = (change: Measured) => string | null;

/** Measures of a change that are shown, or not, together. */
export interface Family {
  readonly keys: readonly (keyof Measured)[];
  /** Each is published by itself, exactly as figures read it: what none reads is no difference. */
  readonly told: readonly Told[];
  /** The same measures of a change of which nothing of this is known; null: there's no such change. */
  readonly blank: Partial<Measured> | null;
}

/** @param maturedBy seconds since the epoch: what is 28 days old by then may have been a defect */
export function familiesOf(cohort: Cohort, maturedBy: number): readonly Family[] {
  if (cohort === 'opened') return [ending];
  const isMatured = ({ ended }: Measured) => ended !== null && maturedBy - ended >= reversalSeconds;
  const ifMatured =
    (told: Told): Told =>
    (change) =>
      isMatured(change) ? told(change) : null;
  return [
    ...ofMerged,
    { keys: ['defect'], told: [ifMatured(({ defect }) => String(defect?.weight ?? 0))], blank: null },
    { keys: ['reversed'], told: [ifMatured(({ reversed }) => String(reversed))], blank: null },
    // Whether a change is old enough can't be left open, nor be what it was.
    { keys: [], told: [ifMatured(() => 'matured')], blank: null },
  ];
}

/** A measure that isn't known of all changes. */
function span(key: 'cycle' | 'pickup' | 'botReview' | 'parts'): Family {
  return {
    keys: [key],
    told: [(change) => (change[key] === null ? null : JSON.stringify(change[key]))],
    blank: { [key]: null },
  };
}

const isDeployable = ({ state }: Measured) => state !== 'not_applicable';

const ofMerged: readonly Family[] = [
  ...(['cycle', 'pickup', 'botReview', 'parts'] as const).map(span),
  {
    keys: ['lead', 'state'],
    told: [
      (change) => (isDeployable(change) && change.lead !== null ? String(change.lead) : null),
      (change) => (isDeployable(change) ? 'deployable' : null),
    ],
    blank: { lead: null, state: 'not_applicable' },
  },
  {
    keys: ['answers'],
    told: [({ answers }) => (answers.length === 0 ? null : JSON.stringify(answers))],
    blank: { answers: [] },
  },
  {
    keys: ['unreviewed', 'reviewsKnown'],
    told: [({ reviewsKnown, unreviewed }) => (reviewsKnown ? String(unreviewed) : null)],
    blank: { unreviewed: false, reviewsKnown: false },
  },
];

/** Of a change that is open it's known since when. */
const ending: Family = {
  keys: ['status', 'opened', 'ended', 'openedKnown'],
  told: [
    ({ status, opened, ended, openedKnown }) =>
      openedKnown ? `${status} ${ended === null ? opened : ended - opened}` : null,
  ],
  blank: { openedKnown: false },
};
