import type { ExplainedPolicy, Explanation, PolicyTestResult, PolicyTestRun } from '@fairlead/core/policy';
import { describe, expect, it } from 'vitest';
import { decisionText, explanationText, githubResults, junitResults, textResults } from './policy-text.ts';

const passed: PolicyTestResult = {
  file: 'tests/a.test.yaml',
  line: 4,
  column: 5,
  suite: 'Calls <1>',
  name: 'is "allowed"',
  ok: true,
  problems: [],
  verdict: null,
};
const failed: PolicyTestResult = {
  ...passed,
  line: 9,
  name: 'is refused: 50 %\n::error::x',
  ok: false,
  problems: ['expected deny, got allow (call.permit)'],
  verdict: {
    decision: 'deny',
    reasons: ['default.no-permit'],
    errors: [],
    nearest: [{ policyId: 'call.permit', failing: 'context.a' }],
  },
};
const finding = {
  code: 'policy-test.invalid',
  severity: 'error',
  file: 'tests/b.test.yaml',
  line: 2,
  column: 3,
  message: 'There is no call "x".',
  fix: 'Correct the test or fixture.',
} as const;
const run: PolicyTestRun = { findings: [finding], results: [passed, failed] };

describe('results of policy tests', () => {
  it('as text: places first, then totals', () => {
    expect(textResults(run)).toBe(
      [
        'tests/b.test.yaml:2:3: error: There is no call "x". [policy-test.invalid]',
        '    fix: Correct the test or fixture.',
        'tests/a.test.yaml:9:5: failed: Calls <1> › is refused: 50 % ::error::x',
        '    expected deny, got allow (call.permit)',
        '    nearest permit: call.permit, which needs context.a',
        '2 cases, 1 passed, 1 failed.',
        '',
      ].join('\n'),
    );
    expect(textResults({ findings: [], results: [passed] })).toBe('1 case, 1 passed, 0 failed.\n');
  });

  it('as workflow commands: one escaped line a failure', () => {
    expect(githubResults(run, 'governance').split('\n')).toEqual([
      '::error file=governance/tests/b.test.yaml,line=2,col=3,title=policy-test.invalid::There is no call "x". Correct the test or fixture.',
      '::error file=governance/tests/a.test.yaml,line=9,col=5,title=policy test::Calls <1>: is refused: 50 %25%0A::error::x: expected deny, got allow (call.permit)',
      '',
    ]);
  });

  it('as JUnit: failures, and files that cannot be read as errors', () => {
    const xml = junitResults(run);
    expect(xml).toContain('tests="3" failures="1" errors="1"');
    expect(xml).toContain('classname="Calls &lt;1&gt;" name="is &quot;allowed&quot;"');
    expect(xml).toContain(
      '<failure message="expected deny, got allow (call.permit)">tests/a.test.yaml:9:5</failure>',
    );
    expect(xml.match(/<testcase /g)).toHaveLength(3);
    const odd = junitResults({ findings: [], results: [{ ...passed, name: 'a\u0007b' }] });
    expect(odd).toContain('name="a\ufffdb"');
  });
});

const policy: ExplainedPolicy = {
  id: 'agents',
  effect: 'forbid',
  title: 'No agents',
  advice: 'Ask without tools.',
  owner: 'security',
  file: 'policies/a.cedar',
  line: 3,
  column: 1,
  clauses: [
    {
      text: 'context.capability == "agent"',
      outcome: 'holds',
      values: [{ expression: 'context.capability', value: '"agent"' }],
      change: 'context.capability must not be "agent"',
    },
    { text: 'context.x', outcome: 'fails', values: [], change: '' },
  ],
};
const explanation: Explanation = {
  verdict: { decision: 'deny', reasons: ['agents'], errors: [], nearest: [] },
  deciding: [policy],
  failed: [],
  nearest: [],
  summary: 'Denied.',
};

describe('explanations', () => {
  it('show the place, each condition with its values, and what would have to change', () => {
    expect(explanationText(explanation)).toBe(
      [
        'deny: agents',
        'Denied.',
        '',
        'forbid agents: No agents',
        '  policies/a.cedar:3:1, owner security',
        '  holds  context.capability == "agent"',
        '           context.capability is "agent"',
        '         → context.capability must not be "agent"',
        '  fails  context.x',
        '  advice: Ask without tools.',
        '',
      ].join('\n'),
    );
  });

  it('of a recorded decision begin with what was recorded', () => {
    const recorded = { op: 'op-1', decision: 'deny', policyIds: ['agents'] };
    expect(decisionText({ ...recorded, explanations: [explanation] })).toMatch(
      /^recorded for op-1: deny \(agents\)\n\ndeny: agents\n/,
    );
    expect(decisionText({ ...recorded, explanations: [] })).toContain('before any policy was asked');
  });
});
