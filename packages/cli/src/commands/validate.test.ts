import { FairleadError } from '@fairlead/core/errors';
import { fileStart, finding, type ProgramFinding } from '@fairlead/core/program';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseDay, registerValidate } from './validate.ts';

type Load = NonNullable<Parameters<typeof registerValidate>[1]>;

interface Asked {
  directory?: string;
  today?: string;
}

/** The command with a server that finds what it is told to. */
async function run(findings: readonly ProgramFinding[], ...args: string[]) {
  const asked: Asked = {};
  const api = {
    program: {
      dayOf: () => '2030-05-06',
      validateDirectory: async (directory: string, { today }: { today: string }) => {
        Object.assign(asked, { directory, today });
        if (directory === 'nowhere') throw new FairleadError('program.not-found');
        return { at: today, digest: 'sha256:0', findings };
      },
    },
    policy: { createPolicy: () => ({ activate: () => ({ findings: [] }) }) },
  };
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  // Only what the command asks for is there.
  registerValidate(program, (async () => api) as unknown as Load);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
  await program.parseAsync(['validate', ...args], { from: 'user' });
  return { asked, out, exitCode: process.exitCode };
}

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const note = finding('program.off', 'kpis.yaml', fileStart, 'off: not built yet: KPIs.');
const warning = finding('program.expired', 'legal.yaml', fileStart, 'Expired.');

describe('fairlead validate', () => {
  it('exits 0 when clean, notes allowed, as of today', async () => {
    expect(await run([note])).toMatchObject({ exitCode: 0, asked: { directory: '.', today: '2030-05-06' } });
  });

  it('exits 1 on any warning or error, as of the day it was told', async () => {
    const { asked, exitCode, out } = await run([note, warning], 'governance', '--at', '2026-11-01');
    expect(asked).toEqual({ directory: 'governance', today: '2026-11-01' });
    expect(exitCode).toBe(1);
    expect(out).toContain('legal.yaml:1:1: warning: Expired.');
  });

  it('names files from the root of the repository in annotations', async () => {
    const paths = async (directory: string) =>
      /file=([^,]*)/.exec((await run([warning], directory, '--format', 'github')).out)?.[1];
    expect(await paths('./governance/')).toBe('governance/legal.yaml');
    expect(await paths('.')).toBe('legal.yaml');
    expect(await paths('/abs/governance')).toBe('legal.yaml');
  });

  it('writes the format that is asked for and refuses others', async () => {
    expect(JSON.parse((await run([warning], '--format', 'json')).out)).toMatchObject({ ok: false });
    expect(JSON.parse((await run([warning], '--format', 'sarif')).out)).toMatchObject({ version: '2.1.0' });
    await expect(run([], '--format', 'yaml')).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });

  it('hands on that there is no such directory', async () => {
    await expect(run([], 'nowhere')).rejects.toMatchObject({ code: 'program.not-found' });
  });

  it.each(['2026-13-01', '2026-02-30', 'today', '2026-1-1', ''])('refuses the day "%s"', async (day) => {
    expect(() => parseDay(day)).toThrow(/YYYY-MM-DD/);
    await expect(run([], '--at', day)).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });
});
