import { describe, expect, it } from 'vitest';
import { readAgentTrace, readGitAiNote } from './authorship.ts';
import { assistantOfBranch, assistantTrailers, keptTrailer } from './trailers.ts';

const metadata = {
  schema_version: 'authorship/3.0.0',
  base_commit_sha: '0'.repeat(40),
  prompts: { '0123456789abcdef': { agent_id: { tool: 'claude', id: 'x' }, messages: [{ text: 'secret' }] } },
  sessions: {
    s_0123456789abcd: { agent_id: { tool: 'cursor', id: 'y' }, human_author: 'Ann <ann@example.com>' },
  },
};
const note = (lines: readonly string[], more: object = {}) =>
  [...lines, '---', JSON.stringify({ ...metadata, ...more }, null, 2)].join('\n');

describe('a git-ai note', () => {
  it('gives the sessions with the lines they wrote, people left out', () => {
    const text = note([
      'src/a.ts',
      '  s_0123456789abcd::t_00000000000001 1-10,15',
      '  s_0123456789abcd::t_00000000000002 20-21',
      '  h_00000000000000 30-40',
      '"src/b c.ts"',
      '  0123456789abcdef 1-3',
    ]);
    expect(readGitAiNote(text)).toEqual([
      { id: 's_0123456789abcd', tool: 'cursor', lines: 13 },
      { id: '0123456789abcdef', tool: 'claude', lines: 3 },
    ]);
    expect(JSON.stringify(readGitAiNote(text))).not.toMatch(/ann|secret/i);
  });

  it('of people alone names no session', () => {
    expect(readGitAiNote(note(['a.ts', '  h_00000000000000 1-4']))).toEqual([]);
  });

  it.each([
    ['no divider', 'src/a.ts\n  s_1::t_1 1-10'],
    ['no JSON', 'src/a.ts\n---\n{'],
    ['another version', note([], { schema_version: 'authorship/4.0.0' })],
    ['ranges that are none', note(['a.ts', '  s_0123456789abcd::t_1 ten'])],
    ['nothing', ''],
    ['a list', 'a\n---\n[]'],
  ])('with %s is none', (_, text) => {
    expect(readGitAiNote(text)).toBeNull();
  });

  it('does not stumble over names of objects’ own', () => {
    expect(readGitAiNote(note(['a.ts', '  __proto__ 1-2', '  constructor::t_1 1']))).toEqual([
      { id: '__proto__', tool: null, lines: 2 },
      { id: 'constructor', tool: null, lines: 1 },
    ]);
  });
});

describe('an Agent Trace record', () => {
  const record = {
    version: '0.1.0',
    id: '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
    timestamp: '2026-03-01T10:00:00Z',
    vcs: { type: 'git', revision: 'abcdef1234567' },
    tool: { name: 'cursor', version: '2' },
    files: [
      {
        path: 'a.ts',
        conversations: [
          {
            url: 'https://example.com/people/ann/conversation-9?key=secret',
            contributor: { type: 'ai' },
            ranges: [
              { start_line: 1, end_line: 5 },
              { start_line: 8, end_line: 8, contributor: { type: 'human' } },
            ],
          },
          { contributor: { type: 'human' }, ranges: [{ start_line: 10, end_line: 20 }] },
        ],
      },
    ],
  };

  it('gives its revision and the conversations that wrote lines', () => {
    expect(readAgentTrace(record)).toEqual({
      id: record.id,
      commit: 'abcdef1234567',
      sessions: [{ id: 'conversation-9', tool: 'cursor', lines: 5 }],
    });
    expect(JSON.stringify(readAgentTrace(record))).not.toMatch(/ann|secret/);
  });

  it.each([
    ['no revision', { ...record, vcs: undefined }],
    ['another kind of history', { ...record, vcs: { type: 'hg', revision: 'abcdef1' } }],
    ['a revision that is none', { ...record, vcs: { type: 'git', revision: '--help' } }],
    ['another version', { ...record, version: '1.0' }],
    ['lines of people only', { ...record, files: [{ conversations: [record.files[0]!.conversations[1]] }] }],
    ['null', null],
    ['text', 'record'],
  ])('with %s is none', (_, value) => {
    expect(readAgentTrace(value)).toBeNull();
  });
});

describe('trailers', () => {
  it.each([
    ['Co-Authored-By: Claude <noreply@anthropic.com>', 'claude-code'],
    ['Co-authored-by: Claude Opus 5 <noreply@anthropic.com>', 'claude-code'],
    ['Co-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>', 'copilot'],
    ['co-authored-by: Codex <noreply@openai.com>', 'codex'],
    ['Co-authored-by: Cursor <cursoragent@cursor.com>', 'cursor'],
  ])('%s', (line, assistant) => {
    expect(assistantTrailers(`Work\n\n${line}`)).toEqual([assistant]);
    expect(assistantTrailers(`\n${keptTrailer(assistant)}`)).toEqual([assistant]);
  });

  it.each([
    'Co-authored-by: Claude Monet <claude@example.com>',
    'Co-authored-by: Copilot <copilot@example.com>',
    'See noreply@anthropic.com',
    'Co-authored-by: x <noreply@anthropic.com> and more',
    '  Assistant-Trailer: Claude Monet',
  ])('not %s', (line) => {
    expect(assistantTrailers(`Work\n\n${line}`)).toEqual([]);
  });

  it('and prefixes of branches', () => {
    expect(assistantOfBranch('codex/fix-cart')).toBe('codex');
    expect(assistantOfBranch('Copilot/fix')).toBe('copilot');
    expect(assistantOfBranch('my-codex/fix')).toBeNull();
  });
});
