// The runbook is read when nothing works: every command in it has to be one that exists, with the options it names.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { registerBackup } from '../../packages/cli/src/commands/backup.ts';
import { registerBudget } from '../../packages/cli/src/commands/budget.ts';
import { registerKey } from '../../packages/cli/src/commands/key.ts';
import { registerLedger } from '../../packages/cli/src/commands/ledger.ts';
import { registerPolicy } from '../../packages/cli/src/commands/policy.ts';
import { registerUp } from '../../packages/cli/src/commands/up.ts';
import { registerValidate } from '../../packages/cli/src/commands/validate.ts';
import { isErrorCode } from '../../packages/core/src/errors/index.ts';

const folder = resolve(import.meta.dirname, '../../docs/runbooks');
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

function program(): Command {
  const root = new Command('fairlead');
  const registers = [
    registerBackup,
    registerBudget,
    registerKey,
    registerLedger,
    registerPolicy,
    registerUp,
    registerValidate,
  ];
  for (const register of registers) register(root);
  return root;
}

/** Every `bin/fairlead …` of a page, up to a comment or the end of its code. */
function commandsIn(text: string): readonly string[] {
  const joined = text.replaceAll(/(`[^`\n]*)\n([^`\n]*`)/g, '$1 $2');
  return [...joined.matchAll(/bin\/fairlead ([^`#\n]+)/g)].map(([, rest]) => (rest as string).trim());
}

it.each(pages)('$name names only commands and options that exist', ({ text }) => {
  const commands = commandsIn(text);
  expect(commands.length).toBeGreaterThan(10);
  for (const line of commands) {
    const words = line.split(/\s+/);
    let command = program();
    while (words.length > 0) {
      const next = command.commands.find((one) => one.name() === words[0]);
      if (next === undefined) break;
      command = next;
      words.shift();
    }
    expect(command.name(), line).not.toBe('fairlead');
    expect(command.commands, line).toEqual([]);
    const known = command.options.map(({ long }) => long);
    for (const option of words.filter((word) => word.startsWith('--'))) expect(known, line).toContain(option);
  }
});

it.each(pages)('$name names only error codes that exist', ({ text }) => {
  const codes = [
    ...text.matchAll(/`((?:ledger|store|server|program|backup|budget|identity)\.[a-z-]+)`/g),
  ].map(([, code]) => code as string);
  const entries = ['ledger.full', 'ledger.reserve'];
  expect(codes.length).toBeGreaterThan(5);
  for (const code of codes) if (!entries.includes(code)) expect(isErrorCode(code), code).toBe(true);
});
