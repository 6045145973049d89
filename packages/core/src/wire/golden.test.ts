import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStrictJson } from '../json/index.ts';
import { codexRepositories, type Endpoint, type TextUnit, viewRequest } from './index.ts';
import { coverage } from './testing/strings.ts';

// Bodies shaped like those recorded from the real assistants (Claude Code 2.1.330, Codex 0.169.0, Copilot CLI
// 1.0.102), written anew with texts of our own. Update the views with `vitest -u` and read the difference.
const recorded: readonly (readonly [string, Endpoint, readonly string[]])[] = [
  ['claude-code-messages', 'messages', ['thinking.signature']],
  ['codex-responses', 'responses', ['reasoning.encrypted_content']],
  ['copilot-chat-completions', 'chat-completions', []],
  ['copilot-responses', 'responses', []],
  ['copilot-messages', 'messages', []],
];

const file = (name: string) => join(import.meta.dirname, 'golden', name);

/** Keys are left out of the golden view, which would be three times as long with them. */
function line({ kind, role, path, text }: TextUnit): string {
  return `${kind} ${role ?? '-'} ${path} ${JSON.stringify(text)}`;
}

describe.each(recorded)('%s', (name, endpoint, opaque) => {
  const bytes = new Uint8Array(readFileSync(file(`${name}.body.json`)));
  const document = readStrictJson(bytes);
  const view = viewRequest(endpoint, document);

  it('is read as the golden view says', async () => {
    const { units, ...facts } = view;
    const values = units.filter(({ path }) => !path.endsWith('#key')).map(line);
    const text = `${JSON.stringify(facts, null, 2)}\n\n${values.join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(file(`${name}.view.txt`));
  });

  it('leaves out nothing but its sealed fields', () => {
    const { missing, twice } = coverage(view, document.root);
    expect(twice).toEqual([]);
    expect(missing).toHaveLength(opaque.length);
    expect(view.skipped.map(({ what }) => what)).toEqual(opaque);
  });
});

describe('codex-responses', () => {
  it('names its repository', () => {
    const bytes = new Uint8Array(readFileSync(file('codex-responses.body.json')));
    const { codexTurnMetadata } = viewRequest('responses', readStrictJson(bytes));
    expect(codexRepositories(codexTurnMetadata ?? '')?.remotes).toEqual([
      'git@github.com:acme/payments-api.git',
    ]);
  });
});
