import type { Doc } from '../documents.ts';
import type { Facts } from '../facts.ts';
import { finding } from '../findings.ts';
import type { SingleData } from '../kinds.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { reference, repositoryReferences } from './refs.ts';

type Budgets = Doc<SingleData<'budgets'>>;
type Limit = Budgets['data']['limits'][number];

/** budgets.yaml: whom each limit is for, each said once, and a policy that acts on it. */
export const checkBudgets: ProgramLook = ({ single, policies }, facts) => {
  const doc = single.budgets;
  if (doc === undefined) return [];
  const { limits, calls } = doc.data;
  const stages = single.rollout?.data.stages.map(({ id }) => id) ?? [];
  const organisation = single.fairlead?.data.organisation.id;
  const findings = limits.flatMap((limit, index) => [
    ...subjectFindings(doc, limit, index, { facts, stages, organisation }),
    ...repeated(doc, ['limits', index], limits.findIndex((other) => sameLimit(other, limit)) < index),
  ]);
  for (const [index, { subject }] of calls.entries()) {
    const first = calls.findIndex((other) => other.subject === subject);
    findings.push(...repeated(doc, ['calls', index], first < index));
  }
  if (limits.length > 0 && !policies.some(({ text }) => text.includes('context.budgetReserved'))) {
    const message =
      'There are limits, and no policy looks at `context.budgetReserved`: none of them is enforced.';
    findings.push(finding('program.budget-unenforced', doc.file, doc.at(['limits'], 'key'), message));
  }
  return findings;
};

function sameLimit(a: Limit, b: Limit): boolean {
  return a.scope === b.scope && a.subject === b.subject && a.period === b.period;
}

function repeated(doc: Budgets, path: readonly PropertyKey[], isRepeated: boolean): ProgramFinding[] {
  if (!isRepeated) return [];
  const message = 'This limit stands twice: same subject, same period.';
  return [finding('program.duplicate-id', doc.file, doc.at(path), message)];
}

interface Known {
  readonly facts: Facts;
  readonly stages: readonly string[];
  readonly organisation: string | undefined;
}

function subjectFindings(
  doc: Budgets,
  { scope, subject }: Limit,
  index: number,
  { facts, stages, organisation }: Known,
): ProgramFinding[] {
  if (subject === '*') return [];
  const path = ['limits', index, 'subject'];
  switch (scope) {
    case 'team':
      return reference(doc, path, 'team', subject, facts.teams, 'teams.yaml');
    case 'stage':
      return reference(doc, path, 'stage', subject, stages, 'rollout.yaml');
    case 'repository':
      return repositoryReferences(doc, path.slice(0, 2), [subject], facts).map((item) => ({
        ...item,
        ...doc.at(path),
      }));
    case 'organisation':
      return reference(
        doc,
        path,
        'organisation',
        subject,
        organisation ? [organisation] : [],
        'fairlead.yaml',
      );
    case 'session': {
      const message = 'Sessions have no names that a program could know; the subject is "*".';
      return [finding('program.value', doc.file, doc.at(path), message)];
    }
    default:
      // Keys live outside the program.
      return [];
  }
}
