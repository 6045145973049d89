/*
 * What the control API answers, by the names that the pages use. Times are RFC 3339 UTC; money is integer micro-USD; ids
 * are those of the ledger.
 */
import type { paths } from './schema.ts';

type Json = 'application/json';
type Content<Answers> = Answers extends { content: { [type in Json]: infer Body } } ? Body : never;
/** The body of a good answer. */
type Answer<
  Path extends keyof paths,
  Method extends keyof paths[Path] = 'get' & keyof paths[Path],
> = paths[Path][Method] extends { responses: infer Answers }
  ? Answers[keyof Answers & (200 | 201)] extends infer Good
    ? Content<Good>
    : never
  : never;

export type Program = Answer<'/api/program'>;
export type Overview = Answer<'/api/overview'>;
export type RefusalGroup = Overview['refusals'][number];
export type Window = '24h' | '7d' | '30d';

export type EntriesPage = Answer<'/api/audit/entries'>;
/** One entry of the ledger as a row. `title` is a whole sentence. */
export type EntryRow = EntriesPage['entries'][number];
export type EntriesQuery = NonNullable<paths['/api/audit/entries']['get']['parameters']['query']>;
export type EntryDetail = Answer<'/api/audit/entries/{id}'>;
export type InclusionProof = Answer<'/api/audit/entries/{id}/proof'>;
export type Facets = Answer<'/api/audit/facets'>;
export type Facet = Facets['kinds'][number];
export type SessionsPage = Answer<'/api/audit/sessions'>;
export type SessionSummary = SessionsPage['sessions'][number];
export type SessionDetail = Answer<'/api/audit/sessions/{session}'>;
export type SessionItem = SessionDetail['items'][number];

export type Control = Answer<'/api/controls'>[number];
export type Stream = Answer<'/api/streams'>[number];
export type RetentionStatus = Answer<'/api/retention'>;
export type LegalHold = Answer<'/api/holds'>[number];
export type SavedView = Answer<'/api/audit/views'>[number];
export type ControlState = Control['state'];

export type KeyView = Answer<'/api/keys'>[number];
export type KeyRequest = paths['/api/keys']['post']['requestBody']['content'][Json];
export type IssuedKey = Answer<'/api/keys', 'post'>;

export type Budgets = Answer<'/api/budgets'>;
export type BudgetRow = Budgets['rows'][number];

export type KpisAnswer = Answer<'/api/delivery/kpis'>;
/** One figure of one group; null values say in their note why. */
export type KpiRow = KpisAnswer['rows'][number];
export type PartsRow = Answer<'/api/delivery/parts'>['rows'][number];
export type Grouping = NonNullable<
  NonNullable<paths['/api/delivery/kpis']['get']['parameters']['query']>['by']
>;
export type ChangeTimeline = Answer<'/api/delivery/changes/{host}/{owner}/{name}/{number}/timeline'>;
export type Part = keyof ChangeTimeline['parts'];
export type KpiDefinition = Answer<'/api/delivery/definitions'>[number];
export type DeliveryHealth = Answer<'/api/delivery/health'>;
export type Baseline = Answer<'/api/delivery/baselines'>[number];

/** What live updates bring: entries of the ledger, and how many of them are signed. */
export interface Head {
  readonly size: number;
  readonly signedSize: number;
}
