import type { ExplainedPolicy, Explanation, PolicyTestResult, PolicyTestRun } from '@fairlead/core/policy';
import { renderValidation } from '@fairlead/core/program';

/** Texts of a program on one line: none may start a line of its own, such as a workflow command. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function placeOf({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function findingsText({ findings }: PolicyTestRun): string {
  if (findings.length === 0) return '';
  // The last line of a validation judges the whole program, which this is not.
  const lines = renderValidation({ at: '', digest: '', findings }, 'text').trimEnd().split('\n');
  return `${lines.slice(0, -2).join('\n')}\n`;
}

/** Failing cases with their places, then one line of totals. */
export function textResults(run: PolicyTestRun): string {
  const failed = run.results.filter((result) => !result.ok);
  const lines = failed.flatMap((result) => [
    `${placeOf(result)}: failed: ${result.suite} › ${result.name}`,
    ...result.problems.map((problem) => `    ${problem}`),
    ...(result.verdict?.nearest ?? []).map(
      ({ policyId, failing }) => `    nearest permit: ${policyId}, which needs ${failing}`,
    ),
  ]);
  const total = `${plural(run.results.length, 'case')}, ${run.results.length - failed.length} passed, ${failed.length} failed.`;
  return `${findingsText(run)}${[...lines.map(plain), total].join('\n')}\n`;
}

/** One escaped workflow command a failure. */
export function githubResults(run: PolicyTestRun, prefix: string): string {
  const escaped = (text: string) =>
    text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string) => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const commands = run.results
    .filter((result) => !result.ok)
    .map((result) => {
      const file = property(prefix === '' ? result.file : `${prefix}/${result.file}`);
      const place = `file=${file},line=${result.line},col=${result.column},title=policy test`;
      return `::error ${place}::${escaped(`${result.suite}: ${result.name}: ${result.problems.join('; ')}`)}\n`;
    });
  const findings = renderValidation({ at: '', digest: '', findings: run.findings }, 'github', prefix);
  return `${findings}${commands.join('')}`;
}

function xml(text: string): string {
  const names: { [character: string]: string } = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": 'apos',
  };
  return text
    .replace(/[&<>"']/g, (character) => `&${names[character]};`)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

function junitCase(result: PolicyTestResult): string {
  const open = `    <testcase classname="${xml(result.suite)}" name="${xml(result.name)}" file="${xml(result.file)}" line="${result.line}"`;
  if (result.ok) return `${open}/>`;
  const message = xml(result.problems.join('; '));
  return `${open}><failure message="${message}">${xml(placeOf(result))}</failure></testcase>`;
}

/** JUnit XML: one case a test case; a file that cannot be read is an error of its own. */
export function junitResults(run: PolicyTestRun): string {
  const failures = run.results.filter((result) => !result.ok).length;
  const broken = run.findings.filter((finding) => finding.severity === 'error');
  const tests = run.results.length + broken.length;
  const counts = `tests="${tests}" failures="${failures}" errors="${broken.length}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fairlead policy test" ${counts}>`,
    `  <testsuite name="policy" ${counts}>`,
    ...broken.map(
      (finding) =>
        `    <testcase classname="${xml(finding.file)}" name="${xml(`${finding.code} at ${placeOf(finding)}`)}"><error message="${xml(finding.message)}"/></testcase>`,
    ),
    ...run.results.map(junitCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function policyLines(policy: ExplainedPolicy): string[] {
  const { id, effect, title, advice, owner, clauses } = policy;
  const marks = { holds: 'holds', fails: 'fails', error: 'error' };
  return [
    '',
    `${effect} ${id}: ${title}`,
    `  ${placeOf(policy)}${owner === '' ? '' : `, owner ${owner}`}`,
    ...clauses.flatMap((clause) => [
      `  ${marks[clause.outcome].padEnd(6)} ${clause.text}`,
      ...clause.values.map(({ expression, value }) => `           ${expression} is ${value}`),
      ...(clause.change === '' ? [] : [`         → ${clause.change}`]),
    ]),
    ...(advice === '' ? [] : [`  advice: ${advice}`]),
  ];
}

/** An explanation for people. */
export function explanationText({ verdict, summary, deciding, failed, nearest }: Explanation): string {
  const policies = [...deciding, ...failed, ...nearest].flatMap(policyLines);
  const lines = [`${verdict.decision}: ${verdict.reasons.join(', ')}`, summary, ...policies];
  return `${lines.map(plain).join('\n')}\n`;
}

/** A recorded decision for people: what was decided, then why. */
export function decisionText(explained: {
  readonly op: string;
  readonly decision: string;
  readonly policyIds: readonly string[];
  readonly explanations: readonly Explanation[];
}): string {
  const { op, decision, policyIds, explanations } = explained;
  const recorded = `recorded for ${op}: ${decision} (${policyIds.join(', ')})\n`;
  if (explanations.length === 0) return `${recorded}The call was refused before any policy was asked.\n`;
  return [recorded, ...explanations.map(explanationText)].join('\n');
}
