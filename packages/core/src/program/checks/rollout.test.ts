import { describe, it } from 'vitest';
import { withChange, withFile, withoutFile } from '../testing/example.ts';
import { everywhere, expectFinding, type Row, textOf } from '../testing/rows.ts';

const baseline = '  - id: baseline\n    rank: 0\n    minimumWeeks: 26\n';
const wholeRollout = textOf('rollout.yaml');
const headOfRollout = wholeRollout.slice(0, wholeRollout.indexOf('stages:'));

const rollout: readonly Row[] = [
  [
    'a stage in force that does not exist',
    withChange('rollout.yaml', 'currentStage: pilot', 'currentStage: pliot'),
    'program.dangling',
    'pliot',
    /no stage "pliot".*Did you mean "pilot"/,
  ],
  [
    'a stage that stands twice',
    withChange('rollout.yaml', '- id: expansion', '- id: pilot'),
    'program.duplicate-id',
    'pilot',
    /Stage "pilot" stands twice/,
  ],
  [
    'two stages of one rank',
    withChange('rollout.yaml', 'rank: 2', 'rank: 1'),
    'program.stage-order',
    '1',
    /Two stages have rank 1/,
  ],
  [
    'a rollout without stages after the baseline',
    withFile(
      'rollout.yaml',
      `${headOfRollout.replace('currentStage: pilot', 'currentStage: baseline')}stages:\n${baseline}`,
    ),
    'program.stage-order',
    'stages:',
    /at least a baseline/,
  ],
  [
    'a rollout without a baseline',
    withChange('rollout.yaml', baseline, ''),
    'program.stage-order',
    '1',
    /first stage has rank 0/,
  ],
  [
    'a baseline with a cohort',
    withChange('rollout.yaml', baseline, `${baseline}    teams: [search]\n`),
    'program.cohort',
    'baseline',
    /it has no cohort/,
  ],
  [
    'a stage that nobody approves',
    withChange(
      'rollout.yaml',
      '    approver: executive\n    rollback: expansion\n',
      '    rollback: expansion\n',
    ),
    'program.stage-approver',
    'scale',
    /Nobody approves the move into "scale"/,
  ],
  [
    'a stage approved by no role',
    withChange(
      'rollout.yaml',
      'approver: executive\n    rollback: expansion',
      'approver: exeutive\n    rollback: expansion',
    ),
    'program.dangling',
    'exeutive',
    /Did you mean "executive"/,
  ],
  [
    'a stage approved by a role that nobody holds',
    everywhere('teams.yaml', /executive/g, 'engineer'),
    'program.unowned',
    'executive',
    /Nobody holds "executive", which approves stage/,
  ],
  [
    'a last stage on before-after evidence',
    withChange(
      'rollout.yaml',
      'spendLimitUsd: 250000\n    evidence: between-arms',
      'spendLimitUsd: 250000\n    evidence: before-after',
    ),
    'program.stage-non-negotiable',
    'before-after',
    /never enough for the last stage/,
  ],
  [
    'a guardrail on no KPI',
    withChange(
      'rollout.yaml',
      'acceptance:\n      - { kpi: cycle-time, target: 0.9, scale: ratio }\n    approver: executive\n    rollback: baseline',
      'acceptance:\n      - { kpi: cycel-time, target: 0.9, scale: ratio }\n    approver: executive\n    rollback: baseline',
    ),
    'program.dangling',
    'cycel-time',
    /no KPI "cycel-time" in kpis\.yaml/,
  ],
  [
    'a team in both arms',
    withChange('rollout.yaml', 'control: [web-shop', 'control: [payments, web-shop'),
    'program.cohort',
    'payments, web-shop',
    /already in the treated arm/,
  ],
  [
    'a control team in the cohort',
    withChange('rollout.yaml', 'teams: [payments, checkout', 'teams: [web-shop, payments, checkout'),
    'program.cohort',
    'web-shop',
    /in the control arm and in the cohort/,
  ],
  [
    'a holdout that is over',
    withChange('rollout.yaml', 'until: 2027-10-31', 'until: 2026-10-31'),
    'program.expired',
    '2026-10-31',
    /holdout ended on/,
  ],
  [
    'a stage for a repository that does not exist',
    withChange(
      'rollout.yaml',
      'spendLimitUsd: 40000',
      'repositories: [acme/payments-apy]\n    spendLimitUsd: 40000',
    ),
    'program.dangling',
    'acme/payments-apy',
    /Did you mean "github\.com\/acme\/payments-api"/,
  ],
];

const people: readonly Row[] = [
  [
    'a role that nobody holds and that decides',
    everywhere('teams.yaml', /, roles: \[legal\]/g, ', roles: [engineer]'),
    'program.owner-without-people',
    'legal',
    /Nobody holds "legal", which is accountable for/,
  ],
  [
    'a team inside no team',
    withChange(
      'teams.yaml',
      '  payments:\n    name: Payments\n',
      '  payments:\n    name: Payments\n    parent: money\n',
    ),
    'program.dangling',
    'money',
    /no team "money"/,
  ],
  [
    'a module in another folder',
    withChange('training/safe-use/module.yaml', 'id: safe-use', 'id: save-use'),
    'program.training',
    'save-use',
    /Module "save-use" stands in training\/safe-use/,
  ],
  [
    'a module without a lesson',
    withoutFile('training/safe-use/lesson.md'),
    'program.training',
    'safe-use',
    /lesson\.md is missing/,
  ],
  [
    'a question that stands twice',
    withChange('training/safe-use/quiz.yaml', 'id: refused-secret', 'id: what-is-sent'),
    'program.duplicate-id',
    'what-is-sent\n    ask: A call',
    /Question "what-is-sent" stands twice/,
  ],
  [
    'a playbook that stands twice',
    withFile('playbooks/zz-more.md', textOf('playbooks/safe-refactoring.md')),
    'program.duplicate-id',
    'safe-refactoring',
    /already stands in playbooks\/safe-refactoring\.md/,
  ],
  [
    'a playbook for no assistant',
    withChange('playbooks/safe-refactoring.md', '[claude-code, codex]', '[claude-cod, codex]'),
    'program.dangling',
    'claude-cod',
    /Did you mean "claude-code"/,
  ],
  [
    'a data class that inspection finds and nobody declared',
    withChange('data-handling.yaml', '  entropy:\n', '  entropi:\n'),
    'program.data-class-missing',
    'classes',
    /finds "entropy"/,
  ],
  [
    'a clearance that is over',
    withChange('legal.yaml', 'expires: 2027-04-30', 'expires: 2026-10-31'),
    'program.expired',
    '2026-10-31',
    /Clearance "onboarding-sample-names" expired/,
  ],
  [
    'a repository that means two',
    withChange(
      'repositories.yaml',
      'aliases: [github.com/acme/payments]',
      'aliases: [github.com/acme/payments-sdk]',
    ),
    'program.duplicate-id',
    'github.com/acme/payments-sdk',
    /already stands for/,
  ],
  [
    'a repository that is none',
    withChange('repositories.yaml', 'aliases: [github.com/acme/payments]', 'aliases: [payments]'),
    'program.repository-name',
    'payments]',
    /written host\/owner\/name/,
  ],
  [
    'a scanner that is not required anywhere',
    withChange('repositories.yaml', 'scanners: [container-scan]', 'scanners: [container-scn]'),
    'program.dangling',
    'container-scn',
    /Did you mean "container-scan"/,
  ],
];

describe.each([
  ['the rollout', rollout],
  ['people, training, data and repositories', people],
])('validate looks at %s', (_, rows) => {
  it.each(rows)('%s', (...row) => expectFinding(row));
});
