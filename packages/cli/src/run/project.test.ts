import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProjectConfig } from './project.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairlead-project-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string | Buffer = '{}'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const paths = (cwd = root) => readProjectConfig(root, cwd).map(({ path }) => path);

describe('a project’s assistant config', () => {
  it('is what assistants read, and nothing else', () => {
    const read = [
      ...[
        '.claude/settings.json',
        '.claude/agents/deep/a.md',
        '.codex/config.toml',
        '.mcp.json',
        '.vscode/mcp.json',
      ],
      ...['.github/hooks/a.json', '.github/mcp.json', '.github/copilot/settings.json'],
    ];
    const left = [
      'src/.mcp.json',
      '.claude/worktrees/x/.mcp.json',
      '.vscode/settings.json',
      '.github/workflows/a.yml',
    ];
    for (const path of [...read, ...left]) write(path);
    expect(paths().sort()).toEqual([...read].sort());
  });

  it('is that of every folder from the current one up to the root', () => {
    for (const path of ['.mcp.json', 'a/.mcp.json', 'a/b/.claude/settings.json', 'c/.mcp.json']) write(path);
    mkdirSync(join(root, 'a/b/d'));
    expect(paths(join(root, 'a/b/d'))).toEqual(['.mcp.json', 'a/.mcp.json', 'a/b/.claude/settings.json']);
  });

  it('counts as unreadable where it is no plain text of a sensible size', () => {
    write('.mcp.json', Buffer.from([0x7b, 0xff, 0x7d]));
    write('.claude/settings.json', ' '.repeat(256 * 1024 + 1));
    mkdirSync(join(root, '.codex'));
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(root, '.codex', 'config.toml')]);
    for (const { path, text } of readProjectConfig(root, root)) expect(text, path).toBeNull();
  });

  it('is read through links, also in a circle', () => {
    write('elsewhere/settings.json', '{"apiKeyHelper":"x"}');
    symlinkSync(join(root, 'elsewhere'), join(root, '.claude'));
    mkdirSync(join(root, '.github', 'hooks'), { recursive: true });
    symlinkSync(join(root, '.github'), join(root, '.github', 'hooks', 'again'));
    expect(readProjectConfig(root, root)).toContainEqual({
      path: '.claude/settings.json',
      inFolder: '.claude/settings.json',
      text: '{"apiKeyHelper":"x"}',
    });
  });

  it('of too many files is unreadable as a whole', () => {
    mkdirSync(join(root, '.claude', 'skills'), { recursive: true });
    for (let count = 0; count < 5_100; count += 1)
      writeFileSync(join(root, '.claude', 'skills', `s${count}.md`), '');
    expect(readProjectConfig(root, root).some(({ text }) => text === null)).toBe(true);
  });
});
