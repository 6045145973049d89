import type { Incident } from '@fairlead/core/delivery';
import type { RepositoryNames } from '@fairlead/core/wire';
import { z } from 'zod';
import { linksIn } from './incident-links.ts';

const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time');

/** An issue as GitHub's REST API and its webhooks give it. */
export const restIssue = z.looseObject({
  number: z.int(),
  created_at: time,
  closed_at: time.nullish(),
  updated_at: time.nullish(),
  labels: z.array(z.union([z.string(), z.looseObject({ name: z.string().nullish() })])).nullish(),
  body: z.string().nullish(),
  /** Pull requests are issues too. */
  pull_request: z.unknown().optional(),
});

export type RestIssue = z.output<typeof restIssue>;

/** The label of issues that are incidents, unless another one is configured. */
export const defaultIncidentLabel = 'incident';

export function issueId(repository: string, number: number): string {
  return `${repository} issue ${number}`;
}

export interface IssueContext {
  readonly repository: string;
  readonly names: RepositoryNames;
  /** In any case. */
  readonly label: string;
}

/**
 * The incident that a labelled issue is; of one that lost the label, or never had it, that it is none. Nothing for pull
 * requests. Of its text only the lines `Caused by …` and `Fixed by …` are read.
 */
export function incidentOf(
  issue: RestIssue,
  { repository, names, label }: IssueContext,
): readonly Incident[] {
  if (issue.pull_request != null) return [];
  const labels = labelsOf(issue);
  const isIncident = labels.includes(label.toLowerCase());
  const known = {
    type: 'incident' as const,
    id: issueId(repository, issue.number),
    service: repository,
    startedAt: issue.created_at,
    reportedAt: issue.created_at,
    ...(issue.closed_at == null ? {} : { resolvedAt: issue.closed_at }),
    severity: severityOf(labels),
    links: isIncident ? linksIn(issue.body ?? '', { repository, names }) : [],
    ...(issue.updated_at == null ? {} : { updatedAt: issue.updated_at }),
  };
  return [isIncident ? known : { ...known, retracted: true }];
}

function labelsOf({ labels }: RestIssue): readonly string[] {
  return (labels ?? []).map((label) =>
    (typeof label === 'string' ? label : (label.name ?? '')).toLowerCase(),
  );
}

/** The middle of five, for issues that don't say. */
const usualSeverity = 3;

/** The worst that a label says: `sev1`, `sev-1`, `severity:1`, `severity: 1`, `severity/1`. 1 is the worst. */
export function severityOf(labels: readonly string[], otherwise = usualSeverity): number {
  const said = labels.flatMap((label) => /^sev(?:erity)?[-:/_ ]*([1-5])$/i.exec(label.trim())?.[1] ?? []);
  return said.length === 0 ? otherwise : Math.min(...said.map(Number));
}
