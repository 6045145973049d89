import type { Change, ChangeEvent, Commit, Deployment, Incident } from '../delivery/index.ts';

/** What a stored field says of people, and what it is for. */
export interface FieldUse {
  readonly people: 'pseudonym' | 'shortened text' | 'as its author named it' | 'none';
  readonly purpose: string;
}

type Fields<Fact> = { readonly [Field in keyof Required<Omit<Fact, 'type'>>]: FieldUse };

const none = (purpose: string): FieldUse => ({ people: 'none', purpose });
const pseudonym = (purpose: string): FieldUse => ({ people: 'pseudonym', purpose });
const id = none('to tell it from others, and to take it once');
const repository = none('figures by repository and team; who may see it');

const change: Fields<Change> = {
  id,
  repository,
  number: none('to find a change by its number'),
  author: pseudonym('whether a review is by somebody else; that figures are of five people or more'),
  openedAt: none('the parts of a change’s life'),
  readyAt: none('the parts of a change’s life'),
  mergedAt: none('the parts of a change’s life; the week it counts in'),
  closedAt: none('the parts of a change’s life'),
  updatedAt: none('that an older version replaces no newer one'),
  isDraft: none('the parts of a change’s life'),
  base: none('whether it went to the main branch'),
  head: { people: 'as its author named it', purpose: 'reverts by the name of their branch' },
  mergeCommit: none('deployments and reverts'),
  title: { people: 'shortened text', purpose: 'reverts and fixes; kept only where it says so' },
  unknown: none('figures about it leave the change out'),
  drivers: pseudonym('who answers for a change that an agent wrote'),
  additions: none('the size of a change; no figure is of lines'),
  deletions: none('the size of a change; no figure is of lines'),
  files: none('the size of a change'),
};

const event: Fields<ChangeEvent> = {
  change: id,
  id,
  at: none('the parts of a change’s life'),
  kind: none('the parts of a change’s life'),
  by: pseudonym('whether a review is by somebody else'),
  reviewer: pseudonym('from being asked for a review until that person’s answer'),
  state: none('approvals and changes asked for'),
  of: none('which review was dismissed'),
};

const commit: Fields<Commit> = {
  repository,
  change: id,
  sha: id,
  authoredAt: none('when work began'),
  committedAt: none('when work began'),
  author: pseudonym('whether a reviewer wrote a part of the change'),
  message: { people: 'shortened text', purpose: 'merges, reverts and fixes; only lines that say so' },
  parents: none('whether it is a merge'),
};

// Whether it went to production is told anew by whoever reads it.
const deployment: Fields<Omit<Deployment, 'production'>> = {
  id,
  repository,
  service: none('incidents of the same service'),
  environment: none('whether it is production'),
  result: none('whether it succeeded'),
  startedAt: none('lead time'),
  finishedAt: none('lead time'),
  commit: none('which changes it brought'),
  previousCommit: none('which changes it brought'),
  commits: none('which changes it brought'),
  range: none('whether what it brought is fully known'),
};

const incident: Fields<Incident> = {
  id,
  service: none('deployments of the same service'),
  startedAt: none('defects within 28 days'),
  reportedAt: none('defects within 28 days'),
  resolvedAt: none('how long it lasted'),
  severity: none('how bad it was'),
  links: none('the change or deployment that caused it'),
  updatedAt: none('which of two versions is the newer'),
  retracted: none('whether it turned out to be none'),
};

/** Every field of every stored delivery fact: the compiler asks for one that is new. */
export const deliveryFieldUses: {
  readonly [fact: string]: { readonly [field: string]: FieldUse };
} = { change, event, commit, deployment, incident };
