import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { finding } from '../findings.ts';
import { renderValidation, validationFormats } from './index.ts';
import { findingSchema, isClean } from './json.ts';

const findings = [
  finding(
    'program.unknown-key',
    'vendors/a b.yaml',
    { line: 3, column: 5 },
    '"<x>" & "y", 50 % of it: is not known.',
  ),
  finding('program.expired', 'vendors/openai.yaml', { line: 27, column: 9 }, 'Evidence "terms" expired.'),
  finding('program.off', 'budgets.yaml', { line: 1, column: 1 }, 'off: not built yet: budgets.'),
];
const validation = { at: '2026-11-01', digest: `sha256:${'a'.repeat(64)}`, findings };
const clean = { ...validation, findings: [] };

describe('formats', () => {
  it('text: place, reason and fix, notes short and last', () => {
    expect(renderValidation(validation, 'text')).toBe(
      [
        'vendors/a b.yaml:3:5: error: "<x>" & "y", 50 % of it: is not known. [program.unknown-key]',
        '    fix: Remove the key or correct its spelling.',
        'vendors/openai.yaml:27:9: warning: Evidence "terms" expired. [program.expired]',
        '    fix: Renew it, or remove what depends on it.',
        'budgets.yaml:1:1: note: off: not built yet: budgets.',
        '',
        '1 error, 1 warning, 1 note as of 2026-11-01.',
        '',
      ].join('\n'),
    );
    expect(renderValidation(clean, 'text')).toBe('The program is clean as of 2026-11-01.\n');
  });

  it('JSON: fits its published schema', () => {
    const json = JSON.parse(renderValidation(validation, 'json'));
    expect(findingSchema.parse(json)).toMatchObject({ ok: false, counts: { error: 1, warning: 1, note: 1 } });
    expect(JSON.parse(renderValidation(clean, 'json'))).toMatchObject({ ok: true, findings: [] });
  });

  it('JUnit: well-formed, with failures and skipped notes', () => {
    const xml = renderValidation(validation, 'junit');
    expect(xml).toContain('tests="3" failures="2" errors="0" skipped="1"');
    expect(xml).toContain('message="&quot;&lt;x&gt;&quot; &amp; &quot;y&quot;');
    expect(elementsOf(xml)).toEqual([
      'testsuites',
      'testsuite',
      'testcase',
      'failure',
      'testcase',
      'failure',
      'testcase',
      'skipped',
    ]);
    expect(elementsOf(renderValidation(clean, 'junit'))).toEqual(['testsuites', 'testsuite', 'testcase']);
  });

  it('GitHub: one escaped command a finding', () => {
    expect(renderValidation(validation, 'github', 'governance').split('\n')).toEqual([
      '::error file=governance/vendors/a b.yaml,line=3,col=5,title=program.unknown-key::"<x>" & "y", 50 %25 of it: is not known. Remove the key or correct its spelling.',
      '::warning file=governance/vendors/openai.yaml,line=27,col=9,title=program.expired::Evidence "terms" expired. Renew it, or remove what depends on it.',
      '::notice file=governance/budgets.yaml,line=1,col=1,title=program.off::off: not built yet: budgets. Nothing to do: this part is read and checked, but nothing enforces it yet.',
      '',
    ]);
    const sly = finding('program.value', 'a,b:c.yaml', { line: 1, column: 1 }, 'x\n::error::y');
    expect(renderValidation({ ...validation, findings: [sly] }, 'github')).toMatch(
      /^::error file=a%2Cb%3Ac\.yaml,.*::x\?::error::y [^\n]*\n$/,
    );
  });

  it('passes with notes only', () => {
    expect([isClean(findings), isClean(findings.slice(2)), isClean([])]).toEqual([false, true, true]);
    expect(validationFormats).toEqual(['text', 'json', 'sarif', 'junit', 'github']);
  });
});

/** Names of all elements in order; throws when the text isn't well-formed as far as this project writes XML. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  for (const [, end, name = '', attributes = '', self] of xml
    .replace(/^<\?xml[^?]*\?>/, '')
    .matchAll(/<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g)) {
    expect(attributes.replace(/&(amp|lt|gt|quot|apos);/g, '')).not.toContain('&');
    if (end === '/') expect(open.pop()).toBe(name);
    else names.push(name);
    if (end === '' && self === '') open.push(name);
  }
  expect(open).toEqual([]);
  return names;
}

const schemaPath = resolve(
  process.env.FAIRLEAD_REFERENCE ?? join(import.meta.dirname, '../../../../../../shared/data'),
  'schemas/sarif-schema-2.1.0.json',
);
const present = existsSync(schemaPath);
if (!present) process.stderr.write(`SKIPPED lane: SARIF schema: nothing at ${schemaPath}\n`);

const suite = present ? describe : describe.skip;
suite(`SARIF${present ? '' : ' (SKIPPED: reference data absent)'}`, () => {
  // zod takes a relative reference for a whole address, so that one format is left out.
  const text = present ? readFileSync(schemaPath, 'utf8').replaceAll('"format": "uri-reference",', '') : '{}';
  const schema = z.fromJSONSchema(JSON.parse(text.replace(/,\s*"format": "uri-reference"/g, '')));

  it.each([
    ['findings', validation],
    ['nothing', clean],
  ])('fits the standard schema: %s', (_, value) => {
    expect(schema.safeParse(JSON.parse(renderValidation(value, 'sarif'))).error).toBeUndefined();
  });

  it('would notice what does not fit', () => {
    const log = JSON.parse(renderValidation(validation, 'sarif'));
    log.runs[0].results[0].level = 'fatal';
    expect(schema.safeParse(log).success).toBe(false);
  });

  it('places each result and refers to its policy by index', () => {
    const [run] = JSON.parse(renderValidation(validation, 'sarif')).runs;
    expect(run.results).toHaveLength(3);
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(run.results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'vendors/a%20b.yaml', uriBaseId: 'PROGRAM' },
      region: { startLine: 3, startColumn: 5 },
    });
  });
});
