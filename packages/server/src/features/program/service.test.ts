import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramFinding } from '@fairlead/core/program';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayOf, loadProgram, readProgram } from './service.ts';
import { validateDirectory } from './validate.ts';

const example = join(import.meta.dirname, '../../../../../program');
const today = '2026-11-01';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairlead-program-'));
  cpSync(example, root, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(root, file), 'utf8');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${file} did not change`);
  writeFileSync(join(root, file), changed);
}

describe('loadProgram', () => {
  it('loads the example with its digest and its notes', async () => {
    const { program, digest, findings } = await loadProgram(root, { today });
    expect(program.organisation.id).toBe('acme');
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(findings.every((item) => item.severity === 'note')).toBe(true);
  });

  it('never returns a broken program: it names the first place', async () => {
    edit('repositories.yaml', 'team: search,', 'team: serach,');
    await expect(loadProgram(root, { today })).rejects.toMatchObject({
      code: 'program.invalid',
      place: { file: 'repositories.yaml', line: 16 },
      message: expect.stringContaining('Did you mean "search"?'),
    });
  });

  it('never returns a program with a file that could not be read', async () => {
    writeFileSync(join(root, 'legal.yaml'), Buffer.from([0xff]));
    await expect(loadProgram(root, { today })).rejects.toMatchObject({ code: 'program.invalid' });
  });

  it('moves the days of a recorded program to today, digest unchanged', async () => {
    const late = '2031-06-15';
    const still = await readProgram(root, { today: late });
    expect(still.findings.some((item) => item.code === 'program.expired')).toBe(true);
    const moved = await loadProgram(root, { today: late, shiftDates: true });
    expect(moved.findings.every((item) => item.severity === 'note')).toBe(true);
    expect(moved.program.vendors[0]?.evidenceValidUntil).toMatch(/^2031-1/);
    expect(moved.digest).toBe(still.digest);
  });

  it('reads a day from the clock', () => {
    expect(dayOf(Date.UTC(2026, 10, 1, 23, 59))).toBe('2026-11-01');
  });
});

describe('validateDirectory', () => {
  const policyFinding = (code: string, file: string, line: number): ProgramFinding => ({
    code,
    severity: 'error',
    file,
    line,
    column: 1,
    message: 'said by Cedar',
    fix: 'mend it',
  });
  const silent = () => ({ findings: [] });

  it('adds what Cedar says, in order', async () => {
    const said = policyFinding('policy.invalid', 'policies/calls/stage.cedar', 12);
    const { findings, at } = await validateDirectory(root, {
      today,
      checkPolicies: () => ({ findings: [said] }),
    });
    expect(at).toBe(today);
    expect(findings).toContainEqual(said);
    expect(findings.map((item) => item.file)).toEqual([...findings.map((item) => item.file)].sort());
  });

  it('asks Cedar also when references dangle, and says a slip once', async () => {
    edit('policies/calls/permit.cedar', '@advice("Nothing to do.")\n', '');
    let asked = 0;
    const { findings } = await validateDirectory(root, {
      today,
      checkPolicies: () => {
        asked += 1;
        return { findings: [policyFinding('policy.annotation-missing', 'policies/calls/permit.cedar', 2)] };
      },
    });
    expect(asked).toBe(1);
    expect(findings.filter((item) => item.file.endsWith('permit.cedar')).map((item) => item.code)).toEqual([
      'program.policy-annotation',
    ]);
  });

  it("prefers Cedar's own words for broken syntax", async () => {
    edit('policies/calls/permit.cedar', ');\n', ')\n');
    const said = policyFinding('policy.syntax', 'policies/calls/permit.cedar', 12);
    const { findings } = await validateDirectory(root, {
      today,
      checkPolicies: () => ({ findings: [said] }),
    });
    expect(findings.filter((item) => item.file.endsWith('permit.cedar')).map((item) => item.code)).toContain(
      'policy.syntax',
    );
    expect(findings.some((item) => item.code === 'program.policy-text')).toBe(false);
  });

  it('does not ask Cedar when the program could not be put together', async () => {
    edit('rollout.yaml', 'currentStage: pilot', 'currentStage: [');
    const { findings } = await validateDirectory(root, {
      today,
      checkPolicies: () => {
        throw new Error('not to be asked');
      },
    });
    expect(findings.some((item) => item.file === 'rollout.yaml' && item.severity === 'error')).toBe(true);
    expect((await validateDirectory(root, { today, checkPolicies: silent })).digest).toMatch(/^sha256:/);
  });
});
