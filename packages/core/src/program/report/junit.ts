import type { ProgramFinding } from '../types.ts';
import { countFindings, type Validation } from './json.ts';

/** JUnit XML: one case a finding, notes as skipped, and one passing case for a program without any. */
export function renderJunit({ findings, at }: Validation): string {
  const { error, warning, note } = countFindings(findings);
  const cases =
    findings.length === 0 ? ['    <testcase classname="program" name="clean"/>'] : findings.map(testCase);
  const total = Math.max(1, findings.length);
  const counts = `tests="${total}" failures="${error + warning}" errors="0" skipped="${note}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fairlead validate" ${counts}>`,
    `  <testsuite name="program as of ${xml(at)}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(item: ProgramFinding): string {
  const place = `${item.file}:${item.line}:${item.column}`;
  const name = `classname="${xml(item.file)}" name="${xml(`${item.code} at ${place}`)}"`;
  const body = `message="${xml(item.message)}"`;
  const inner =
    item.severity === 'note'
      ? `<skipped ${body}/>`
      : `<failure type="${item.severity}" ${body}>${xml(`${place}\n${item.message}\n${item.fix}`)}</failure>`;
  return `    <testcase ${name}>${inner}</testcase>`;
}

/** Text as XML content or attribute; findings hold no control characters. */
function xml(text: string): string {
  const names: { [character: string]: string } = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": 'apos',
  };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}
