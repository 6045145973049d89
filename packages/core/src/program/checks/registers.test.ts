import { describe, it } from 'vitest';
import { exampleFiles, withChange, withFile } from '../testing/example.ts';
import { everywhere, expectFinding, type Row, textOf } from '../testing/rows.ts';

const registers: readonly Row[] = [
  [
    'evidence that stands twice',
    withChange('vendors/openai.yaml', '{ id: audit-log,', '{ id: terms,'),
    'program.duplicate-id',
    'terms, title: Export',
    /Evidence "terms" stands twice/,
  ],
  [
    'evidence that expires before it was collected',
    withChange('vendors/openai.yaml', 'collected: 2026-08-10', 'collected: 2027-08-10'),
    'program.value',
    '2027-06-30',
    /expires before it was collected/,
  ],
  [
    'a criterion on evidence that is not there',
    withChange('vendors/openai.yaml', 'evidence: [audit-log] }\n  data', 'evidence: [audit-lag] }\n  data'),
    'program.dangling',
    'audit-lag',
    /Did you mean "audit-log"/,
  ],
  [
    'an approval against a knock-out',
    withChange('vendors/openai.yaml', 'score: 4, knockOut: true', 'score: 0, knockOut: true'),
    'program.vendor-approval',
    '{ weight: 15',
    /"training-use" is a knock-out and scores 0/,
  ],
  [
    'an evaluation that weighs the wrong things',
    withChange('vendors/openai.yaml', 'training-use: { weight: 15', 'training-use: { weight: 95'),
    'program.vendor-weights',
    'criteria',
    /less than half/,
  ],
  [
    'restricted code for a vendor that trains on it',
    withChange('vendors/openai.yaml', 'trainsOnData: false', 'trainsOnData: true').set(
      'vendors/openai.yaml',
      textOf('vendors/openai.yaml')
        .replace('trainsOnData: false', 'trainsOnData: true')
        .replace('[public, internal]', '[public, restricted]'),
    ),
    'program.vendor-approval',
    '[public, restricted]',
    /trains on data/,
  ],
  [
    'a vendor evaluated twice',
    withFile('vendors/more.yaml', textOf('vendors/openai.yaml')),
    'program.duplicate-id',
    'openai',
    /already evaluated in vendors\//,
  ],
  [
    'an evaluation of no vendor',
    withChange('vendors/openai.yaml', 'vendor: openai', 'vendor: opnai'),
    'program.dangling',
    'opnai',
    /Did you mean "openai"/,
  ],
  [
    'models of no vendor',
    withChange('models.yaml', '  azure-openai:', '  azure-opnai:'),
    'program.dangling',
    'acme-gpt',
    /no vendor "azure-opnai"/,
  ],
  [
    'a model of two vendors in one dialect',
    withChange('models.yaml', 'claude-sonnet-5-seat:', 'claude-sonnet-5:'),
    'program.model-ambiguous',
    'claude-sonnet-5',
    /listed for "anthropic" and "anthropic-seats"/,
  ],
  [
    'a risk that stands twice',
    withFile('risks/more.yaml', textOf('risks/vendor-fails.yaml')),
    'program.duplicate-id',
    'vendor-fails',
    /already stands in risks\//,
  ],
  [
    'a risk on a policy that does not exist',
    withChange('risks/vendor-fails.yaml', '[model.not-allowed]', '[model.not-alowed]'),
    'program.dangling',
    'model.not-alowed',
    /Did you mean "model\.not-allowed"/,
  ],
  [
    'a deputy who does not exist',
    withChange('risks/vendor-fails.yaml', 'deputy: product', 'deputy: prodct'),
    'program.unowned',
    'prodct',
    /The deputy of "vendor-fails"/,
  ],
  [
    'a risk in a category without an appetite',
    withChange('operating-model.yaml', '  cost: medium\n', ''),
    'program.risk',
    'cost',
    /sets no appetite for "cost"/,
  ],
  [
    'a target above the level without treatment',
    withChange('risks/skills-fade.yaml', 'target: { likelihood: 2', 'target: { likelihood: 4'),
    'program.risk',
    '{ likelihood: 4',
    /above the inherent level/,
  ],
  [
    'a target that nothing leads to',
    withFile(
      'risks/skills-fade.yaml',
      textOf('risks/skills-fade.yaml')
        .replace('[training, human-review]', '[]')
        .replace('[training.lapsed]', '[]'),
    ),
    'program.risk',
    '{ likelihood: 2',
    /no control, policy or step/,
  ],
  [
    'a risk accepted by nobody',
    withChange('risks/skills-fade.yaml', 'treatment: reduce', 'treatment: accept'),
    'program.risk',
    'accept',
    /no acceptance says by whom/,
  ],
  [
    'a risk accepted by its owner',
    withChange('risks/vendor-fails.yaml', 'by: executive', 'by: platform'),
    'program.risk',
    'platform',
    /may not accept their own/,
  ],
  [
    'a review that is due',
    withChange('risks/skills-fade.yaml', 'reviewBy: 2027-01-29', 'reviewBy: 2026-10-31'),
    'program.overdue',
    '2026-10-31',
    /due on 2026-10-31/,
  ],
];

const policies: readonly Row[] = [
  [
    'an id in upper case',
    withChange('policies/calls/stage.cedar', '@id("stage.not-included")', '@id("Stage")'),
    'program.policy-annotation',
    '@id("Stage")',
    /lower case/,
  ],
  [
    "an id of the engine's",
    withChange('policies/calls/stage.cedar', '@id("stage.not-included")', '@id("engine.stage")'),
    'program.policy-annotation',
    '@id("engine.stage")',
    /reserved/,
  ],
  [
    'a severity that is none',
    everywhere('policies/calls/permit.cedar', '@severity("low")', '@severity("mild")'),
    'program.policy-annotation',
    '@id("call.permit")',
    /severity that is not low/,
  ],
  [
    'a policy without advice',
    everywhere('policies/calls/permit.cedar', '@advice("Nothing to do.")\n', ''),
    'program.policy-annotation',
    '@id("call.permit")',
    /"call\.permit" has no @advice/,
  ],
  [
    'a policy without an id',
    withChange('policies/calls/permit.cedar', '@id("call.permit")\n', ''),
    'program.policy-annotation',
    '@title',
    /This policy has no @id/,
  ],
  [
    'a policy owned by nobody',
    withChange('policies/calls/permit.cedar', '@owner("security")', '@owner("secrity")'),
    'program.unowned',
    '@id("call.permit")',
    /nobody that the program knows.*Did you mean "security"/,
  ],
  [
    'a policy owned by a role without people',
    withFile(
      'operating-model.yaml',
      textOf('operating-model.yaml').replace('roles:\n', 'roles:\n  empty: { title: Empty }\n'),
    ).set(
      'policies/calls/permit.cedar',
      textOf('policies/calls/permit.cedar').replace('@owner("security")', '@owner("empty")'),
    ),
    'program.owner-without-people',
    '@id("call.permit")',
    /a role that nobody holds/,
  ],
  [
    'no policy at all',
    new Map([...exampleFiles].filter(([path]) => !path.startsWith('policies/'))),
    'program.policy-none',
    '',
    /no policy at all/,
  ],
  [
    'an invariant that says not what must never be',
    withChange(
      'invariants/stage.cedar',
      '@never("a prompt is sent by somebody whose team the current stage does not include")\n',
      '',
    ),
    'program.policy-annotation',
    '@id("never.outside-stage")',
    /This invariant has no @never/,
  ],
  [
    'an invariant owned by nobody',
    withChange('invariants/stage.cedar', '@owner("platform")', '@owner("platfrm")'),
    'program.unowned',
    '@id("never.outside-stage")',
    /This invariant is owned by nobody/,
  ],
  [
    'an invariant that does not end',
    withFile('invariants/stage.cedar', '@id("x")\nforbid(principal, action, resource)'),
    'program.policy-text',
    '@id("x")',
    /./,
  ],
];

describe.each([
  ['vendors, models and risks', registers],
  ['policies and invariants', policies],
])('validate looks at %s', (_, rows) => {
  it.each(rows)('%s', (...row) => expectFinding(row));
});
