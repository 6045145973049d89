/* What to do about a source of delivery that was never heard of. */
import type { KpiSource } from '@fairlead/core/delivery';
import type { TaskSource } from '@fairlead/core/tasks';
import { textTable } from '../text-table.ts';

const of = 'fairlead delivery import --format';
const lines = (types: string) => `${of} tasks FILE, with ${types}`;
const collected = `fairlead delivery collect, or ${of} github or gitlab FILE`;

/** Docs/reference/delivery.md lists the same. */
export const connectWith: { readonly [source in KpiSource | TaskSource | 'commits']: string } = {
  changes: collected,
  commits: `${of} git CLONE, or as changes`,
  reviews: `${collected}; git alone knows none`,
  deployments: `${of} jsonl FILE, with lines of type deployment, or fairlead delivery collect`,
  incidents: `${of} incidents-csv FILE, or --incident-label with changes`,
  sessions: `${of} git-ai CLONE, or ${lines('sessions')}`,
  usage: 'calls of assistants through the gateway of this data folder',
  gates: lines('gate'),
  exceptions: lines('escalation, cause E1'),
  takeovers: lines('escalation, cause E2'),
  legal_reviews: lines('escalation, cause E3'),
  scanners: lines('finding'),
  governance_incidents: lines('governance_incident'),
  seats: `${of} seats FILE`,
};

/** A line for each source, once. One that nobody knows is left out. */
export function connectLines(sources: Iterable<string>): readonly string[] {
  const known = [...new Set(sources)].flatMap((source) =>
    Object.hasOwn(connectWith, source) ? [[source, connectWith[source as KpiSource]]] : [],
  );
  return textTable(known);
}
