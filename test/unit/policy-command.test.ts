import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { registerPolicy } from '../../packages/cli/src/commands/policy.ts';
import { sampleRequest } from '../../packages/server/src/features/policy/testing/sample.ts';

// Only the policy part of the server, so that these tests need no other feature.
vi.mock('@fairlead/server/cli-api', async () => ({
  policy: await import('../../packages/server/src/features/policy/cli.ts'),
}));

const example = join(import.meta.dirname, '../../program');
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'fairlead-policy-'));
  cpSync(example, directory, { recursive: true });
  writeFileSync(join(directory, 'request.json'), JSON.stringify(sampleRequest));
});
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => {
  process.exitCode = 0;
  vi.restoreAllMocks();
});

async function fairlead(...args: string[]) {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  const program = new Command('fairlead').exitOverride();
  registerPolicy(program);
  const common = ['--program', directory, '--at', '2026-01-15'];
  await program.parseAsync(['node', 'fairlead', 'policy', ...args, ...common]);
  return { output, exitCode: process.exitCode ?? 0 };
}

describe('fairlead policy', () => {
  it('check: says how many policies are valid', async () => {
    const { output, exitCode } = await fairlead('check');
    expect(output).toMatch(/^\d\d policies are valid\.\n$/);
    expect(exitCode).toBe(0);
    expect(JSON.parse((await fairlead('check', '--format', 'json')).output)).toMatchObject({ ok: true });
  });

  it('test: runs the cases of the program in every format', async () => {
    const { output, exitCode } = await fairlead('test');
    expect(output).toMatch(/^\d+ cases, \d+ passed, 0 failed\.\n$/);
    expect(exitCode).toBe(0);
    const json = JSON.parse((await fairlead('test', '--format', 'json')).output);
    expect(json).toMatchObject({ ok: true, counts: { failed: 0 }, findings: [] });
    expect((await fairlead('test', '--format', 'junit')).output).toContain(`tests="${json.counts.total}"`);
    expect((await fairlead('test', '--format', 'github')).output).toBe('');
  });

  it('explain: says why a written request is refused', async () => {
    const { output, exitCode } = await fairlead('explain', '--request', join(directory, 'request.json'));
    expect(output).toMatch(/^deny: /);
    expect(output).toContain('→ ');
    expect(exitCode).toBe(1);
  });

  it('exits 1 with the place of a mistake, and tests nothing then', async () => {
    const file = join(directory, 'policies/broken.cedar');
    writeFileSync(file, '\n  permit(principal, action, resource) when { context.x == };');
    const { output, exitCode } = await fairlead('check');
    expect(output).toContain('policies/broken.cedar:2:59: error: ');
    expect(exitCode).toBe(1);
    expect((await fairlead('check', '--format', 'github')).output).toMatch(
      /^::error file=.*broken\.cedar,line=2,col=59/,
    );
    expect((await fairlead('test')).exitCode).toBe(1);
    rmSync(file);
  });

  it.each([
    [['explain', '--request', 'nowhere.json'], 'policy.request-unreadable'],
    [['explain', '--request', join(example, 'README.md')], 'policy.request-unreadable'],
  ])('refuses %j', async (args, code) => {
    await expect(fairlead(...args)).rejects.toMatchObject({ code });
  });

  it('says so when there are no tests', async () => {
    const kept = join(directory, 'tests');
    rmSync(kept, { recursive: true });
    await expect(fairlead('test')).rejects.toMatchObject({ code: 'policy.no-tests' });
    cpSync(join(example, 'tests'), kept, { recursive: true });
  });
});
