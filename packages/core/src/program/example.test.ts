import { describe, expect, it } from 'vitest';
import { buildProgram } from './build.ts';
import { shiftProgramDates } from './dates.ts';
import { exampleDay, exampleFiles, starterDay, starterFiles } from './testing/example.ts';
import type { Program } from './types.ts';

function built(files: ReadonlyMap<string, string>, day: string): Program {
  const { program, findings } = buildProgram(files, day);
  expect(findings.filter((item) => item.severity !== 'note')).toEqual([]);
  if (program === null) throw new Error('no program');
  return program;
}

describe('the example', () => {
  const program = built(exampleFiles, exampleDay);
  const repository = (id: string) => program.repositories.find((item) => item.id === id);
  const stage = program.stages.find(({ id }) => id === program.currentStage);

  it('has 24 teams of 6 to 10, two held out and two arms of 11', () => {
    expect(program.teams).toHaveLength(24);
    for (const team of program.teams) {
      expect(team.members.length, team.id).toBeGreaterThanOrEqual(6);
      expect(team.members.length, team.id).toBeLessThanOrEqual(10);
    }
    const rollout = exampleFiles.get('rollout.yaml') ?? '';
    const arm = (name: string) =>
      /\[(.*)\]/.exec(rollout.split(`${name}: `)[1] ?? '')?.[1]?.split(', ') ?? [];
    expect([arm('treated').length, arm('control').length]).toEqual([11, 11]);
    expect(new Set([...arm('treated'), ...arm('control')]).size).toBe(22);
  });

  it('has the repositories that the demo promises', () => {
    expect(repository('github.com/acme/payments-api')).toMatchObject({
      classification: 'internal',
      allowlisted: true,
      team: 'payments',
    });
    expect(repository('github.com/acme/skunkworks')).toMatchObject({ allowlisted: false, team: 'payments' });
    expect(repository('github.com/acme/web-shop')).toMatchObject({ allowlisted: true, team: 'web-shop' });
    expect(program.currentStage).toBe('pilot');
    expect(stage?.teams).toContain('payments');
    expect(stage?.teams).not.toContain('web-shop');
    expect(new Set(program.repositories.map((item) => item.classification)).size).toBe(4);
  });

  it("has the vendors and models that the assistants' defaults ask for, each at one vendor", () => {
    expect(program.vendors).toHaveLength(4);
    for (const model of ['gpt-5.5', 'gpt-5.5-codex', 'gpt-5.4']) {
      expect(program.models.filter(({ id }) => id === model).map(({ vendor }) => vendor)).toEqual(['openai']);
    }
    for (const model of ['claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-4-5']) {
      expect(program.models.filter(({ id }) => id === model).map(({ vendor }) => vendor)).toEqual([
        'anthropic',
      ]);
      expect(stage?.models).toContain(model);
    }
    expect(program.vendors.find(({ id }) => id === 'openai')).toMatchObject({
      dialect: 'openai',
      baseUrl: 'https://api.openai.com',
      credential: { mode: 'vendor-key', name: 'OPENAI_API_KEY' },
      evaluated: true,
      evidenceValidUntil: '2027-03-02',
    });
  });

  it('holds the registers it is meant to show', () => {
    const count = (pattern: RegExp) => [...exampleFiles.keys()].filter((path) => pattern.test(path)).length;
    expect(count(/^risks\/.*\.yaml$/)).toBeGreaterThanOrEqual(12);
    expect(count(/^training\/.*\/quiz\.yaml$/)).toBe(3);
    expect(count(/^playbooks\/.*\.md$/)).toBe(6);
    expect(count(/^invariants\/.*\.cedar$/)).toBeGreaterThanOrEqual(4);
    const policies = program.policies.flatMap(({ text }) => text.match(/@id\("[^"]+"\)/g) ?? []);
    expect(policies.length).toBeGreaterThanOrEqual(25);
  });

  it('says which parts nothing enforces yet', () => {
    const { findings } = buildProgram(exampleFiles, exampleDay);
    expect(findings.length).toBeGreaterThan(10);
    expect(
      findings.every((item) => item.code === 'program.off' && item.message.startsWith('off: not built yet')),
    ).toBe(true);
  });

  it('stays clean when its days are moved, and warns when they are not', () => {
    const later = shiftProgramDates(exampleFiles, exampleDay, '2029-02-28');
    built(later, '2029-02-28');
    const stale = buildProgram(exampleFiles, '2029-02-28');
    expect(stale.program).not.toBeNull();
    const codes = new Set(stale.findings.map((item) => item.code));
    expect(codes.has('program.expired') && codes.has('program.overdue')).toBe(true);
  });
});

describe('the starter', () => {
  it('is clean on its own day', () => {
    const program = built(starterFiles, starterDay);
    expect(program.vendors.map(({ id }) => id)).toEqual(['openai', 'anthropic']);
    expect([program.teams.length, program.repositories.length, program.currentStage]).toEqual([
      1,
      1,
      'pilot',
    ]);
  });

  it('has the policies, data handling and controls of the example, word for word', () => {
    const shared = [...starterFiles.keys()].filter((path) =>
      /^(policies|invariants)\/|^(data-handling|controls)\.yaml$|^training\//.test(path),
    );
    expect(shared.length).toBeGreaterThan(10);
    for (const path of shared) expect(starterFiles.get(path), path).toBe(exampleFiles.get(path));
  });

  it('asks for three edits', () => {
    const edits = [...starterFiles]
      .filter(([path]) => path.endsWith('.yaml'))
      .flatMap(([, text]) => text.match(/# EDIT \d:/g) ?? []);
    expect(edits.sort()).toEqual(['# EDIT 1:', '# EDIT 2:', '# EDIT 3:']);
  });
});
