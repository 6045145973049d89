import type { Doc, Documents } from '../documents.ts';
import { fileStart, finding, type Position } from '../findings.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';

interface Off {
  readonly file: string;
  readonly at?: Position;
  readonly what: string;
}

/** Names every part of the program that is written down but that nothing enforces yet, one note a part. */
export const checkPartsOff: ProgramLook = (documents) =>
  [...parts(documents)].map(
    ({ file, at, what }): ProgramFinding =>
      finding('program.off', file, at ?? fileStart, `off: not built yet: ${what}`),
  );

function* parts(documents: Documents): Generator<Off> {
  yield* wholeFiles(documents);
  yield* partsOfFiles(documents);
  yield* registers(documents);
}

const offFiles = [
  ['scanning', 'required scanners are not run or looked for.'],
  ['kpis', 'its targets and windows are not compared with the figures of delivery.'],
  ['legal', 'legal-review refuses without opening a request; clearances lift nothing.'],
  ['operating-model', 'approvals are not asked for.'],
  ['assistants', "assistants' versions are not checked; hooks, editor and change gate do not ask yet."],
  ['mcp', 'servers are checked by name; their tools and pinned definitions are not.'],
] as const;

function* wholeFiles({ single }: Documents): Generator<Off> {
  for (const [kind, what] of offFiles) {
    const doc = single[kind];
    if (doc !== undefined) yield { file: doc.file, what };
  }
}

function* partsOfFiles({ single }: Documents): Generator<Off> {
  const { fairlead, rollout } = single;
  const handling = single['data-handling'];
  const off = (doc: Doc<unknown>, path: readonly string[], what: string): Off => ({
    file: doc.file,
    at: doc.at(path, 'key'),
    what,
  });
  if (fairlead?.data.signIn)
    yield off(fairlead, ['signIn'], 'nobody signs in through a provider; `fairlead sign-in` makes links.');
  if (fairlead?.data.retention && !fairlead.data.retention.enforce)
    yield off(fairlead, ['retention'], 'nothing is deleted after its time: `enforce` is not true.');
  if (rollout) {
    const what = 'stages and cohorts are enforced; gates, sign-offs and transitions between stages are not.';
    yield off(rollout, ['stages'], what);
  }
  const redacts = Object.entries(handling?.data.sharing ?? {}).find(([, row]) =>
    Object.values(row).some((cell) => (typeof cell === 'string' ? cell : cell.rule) === 'redact'),
  );
  if (handling && redacts) yield off(handling, ['sharing', redacts[0]], 'redact refuses the call.');
}

/** Actions that no enforcement point asks about yet. */
const offActions =
  /Action::"(?:UseTool|CallMcp|ReadFile|MergeChange|PromoteStage|AcceptRisk|GrantException|ActivateBundle)"/;

function* registers({ many, invariants, policies }: Documents): Generator<Off> {
  const [vendor] = many.vendor;
  const [risk] = many.risk;
  const [module] = many.module;
  const [playbook] = many.playbook;
  const [invariant] = invariants;
  if (vendor)
    yield {
      file: vendor.file,
      at: vendor.at(['criteria'], 'key'),
      what: "vendors' scores are not computed.",
    };
  if (risk) yield { file: risk.file, what: "risks' likelihood is not computed from what happened." };
  if (module) yield { file: module.file, what: 'quizzes cannot be taken; no training lapses.' };
  if (playbook) yield { file: playbook.file, what: 'playbooks are not served to assistants.' };
  const policy = policies.find(({ text }) => offActions.test(text));
  if (policy)
    yield { file: policy.file, what: 'nothing asks about tools, files, changes, stages or approvals.' };
  if (invariant) yield { file: invariant.file, what: 'invariants are not proved.' };
}
