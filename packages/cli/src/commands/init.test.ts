import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '@fairlead/core/program';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerInit, starterFiles, writeProgram } from './init.ts';
import { namedSchema, registerSchema, schemaList } from './schema.ts';
import { readStarter, schemaFiles } from './starter.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairlead-init-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

function readBack(): Map<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

async function run(register: (program: Command) => void, ...args: string[]): Promise<string> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const program = new Command().exitOverride();
  register(program);
  await program.parseAsync(args, { from: 'user' });
  return out;
}

describe('fairlead init', () => {
  it.each(['2026-03-01', '2031-12-31', '2028-02-29'])('writes a program that is clean on %s', (today) => {
    const files = starterFiles(today);
    const { program, findings } = buildProgram(
      new Map([...files].filter(([path]) => !path.startsWith('.'))),
      today,
    );
    expect(findings.filter((item) => item.severity !== 'note')).toEqual([]);
    expect(program?.vendors.every(({ evidenceValidUntil }) => (evidenceValidUntil ?? '') > today)).toBe(true);
  });

  it('stays clean after its three lines are edited', () => {
    const today = '2026-03-01';
    const files = starterFiles(today);
    const edits: readonly (readonly [string, string, string])[] = [
      ['fairlead.yaml', 'https://api.openai.com', 'http://127.0.0.1:9999/v1'],
      ['repositories.yaml', 'github.com/example/first-repository', 'gitlab.acme.test/platform/tools/cli'],
      ['teams.yaml', 'id: first.engineer, name: First Engineer', 'id: jo, name: Jo Doe'],
    ];
    for (const [file, from, to] of edits) {
      const text = files.get(file) ?? '';
      expect(text).toContain(from);
      files.set(file, text.replace(from, to));
    }
    const { program, findings } = buildProgram(
      new Map([...files].filter(([path]) => !path.startsWith('.'))),
      today,
    );
    expect(findings.filter((item) => item.severity !== 'note')).toEqual([]);
    expect(program?.repositories.map(({ id }) => id)).toEqual(['gitlab.acme.test/platform/tools/cli']);
  });

  it('writes what it says and names the three edits with their lines', async () => {
    const year = new Date().getUTCFullYear();
    const out = await run(registerInit, 'init', root);
    const written = readBack();
    expect(written.get('fairlead.yaml')).toMatch(
      new RegExp(`recordedAt: (${year}|${new Date().getUTCFullYear()})`),
    );
    const places = [...out.matchAll(/^ {2}(\S+\.yaml):(\d+) {2}/gm)];
    expect(places.map(([, file]) => file)).toEqual(['fairlead.yaml', 'repositories.yaml', 'teams.yaml']);
    for (const [, file = '', line = ''] of places) {
      expect(written.get(file)?.split('\n')[Number(line) - 1]).toContain('# EDIT');
    }
  });

  it('gives every file that names a schema that schema', () => {
    const files = starterFiles('2026-03-01');
    let named = 0;
    for (const [path, text] of files) {
      const relative = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text)?.[1];
      if (relative === undefined) continue;
      named += 1;
      expect([...files.keys()], path).toContain(join(path, '..', relative));
    }
    expect(named).toBeGreaterThan(15);
  });

  it('overwrites nothing and then writes nothing at all', async () => {
    mkdirSync(join(root, 'policies/calls'), { recursive: true });
    writeFileSync(join(root, 'policies/calls/vendor.cedar'), '// mine');
    await expect(writeProgram(root, starterFiles('2026-03-01'))).rejects.toThrow(
      /policies\/calls\/vendor\.cedar is already there/,
    );
    expect([...readBack()]).toEqual([['policies/calls/vendor.cedar', '// mine']]);
  });

  it('says when it cannot write', async () => {
    writeFileSync(join(root, 'file'), '');
    const files = starterFiles('2026-03-01');
    await expect(writeProgram(join(root, 'file'), files)).rejects.toThrow(
      expect.objectContaining({ code: 'program.unwritable' }),
    );
  });

  // Making a folder with its parents at once never returns there.
  it.runIf(process.platform === 'linux')('ends where no folder can be made', () =>
    expect(writeProgram('/proc/fairlead/program', starterFiles('2026-03-01'))).rejects.toThrow(
      expect.objectContaining({ code: 'program.unwritable' }),
    ),
  );

  it('leaves a README alone', async () => {
    writeFileSync(join(root, 'README.md'), 'mine');
    await writeProgram(root, starterFiles('2026-03-01'));
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe('mine');
    expect(existsSync(join(root, 'fairlead.yaml'))).toBe(true);
  });
});

describe('fairlead schema', () => {
  it('lists names, places and titles', async () => {
    expect(await run(registerSchema, 'schema', '--list')).toBe(schemaList());
    expect(schemaList()).toMatch(/^repositories +repositories\.yaml +The allowlist/m);
  });

  it('prints a schema with a worked example', async () => {
    const schema = JSON.parse(await run(registerSchema, 'schema', 'rollout'));
    expect(schema.examples[0].currentStage).toBe('pilot');
    expect(schema.required).toContain('stages');
  });

  it('refuses a name that it does not know', () => {
    expect(() => namedSchema('rolout')).toThrow(expect.objectContaining({ code: 'program.schema-unknown' }));
    expect(() => namedSchema('__proto__')).toThrow(
      expect.objectContaining({ code: 'program.schema-unknown' }),
    );
  });

  it('stands beside the example as it is now (`fairlead schema --write program` renews it)', () => {
    const example = join(import.meta.dirname, '../../../../program');
    for (const [path, text] of schemaFiles(readStarter())) {
      expect(readFileSync(join(example, path), 'utf8'), path).toBe(text);
    }
  });

  it('writes all schemas of files for editors', async () => {
    expect(await run(registerSchema, 'schema', '--write', root)).toMatch(/19 schemas/);
    expect(readBack()).toEqual(schemaFiles(readStarter()));
  });
});
