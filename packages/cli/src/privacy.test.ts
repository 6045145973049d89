import { readFileSync } from 'node:fs';
import { isPrivacyClass } from '@fairlead/core/privacy';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { registerBackup } from './commands/backup.ts';
import { registerBaseline } from './commands/baseline.ts';
import { registerBudget } from './commands/budget.ts';
import { registerContent } from './commands/content.ts';
import { registerDelivery } from './commands/delivery.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDevice } from './commands/device.ts';
import { registerEnroll } from './commands/enroll.ts';
import { registerInit } from './commands/init.ts';
import { registerKey } from './commands/key.ts';
import { registerLedger } from './commands/ledger.ts';
import { registerMigrate } from './commands/migrate.ts';
import { registerPack } from './commands/pack.ts';
import { registerPolicy } from './commands/policy.ts';
import { registerRetention } from './commands/retention.ts';
import { registerRun } from './commands/run.ts';
import { registerSchema } from './commands/schema.ts';
import { registerSignIn } from './commands/sign-in.ts';
import { registerStreams } from './commands/streams.ts';
import { registerToken } from './commands/token.ts';
import { registerUp } from './commands/up.ts';
import { registerValidate } from './commands/validate.ts';
import { commandPrivacy, optionPrivacy } from './privacy.ts';

const registrations = {
  registerBackup,
  registerBaseline,
  registerBudget,
  registerContent,
  registerDelivery,
  registerDemo,
  registerDevice,
  registerEnroll,
  registerInit,
  registerKey,
  registerLedger,
  registerMigrate,
  registerPack,
  registerPolicy,
  registerRetention,
  registerRun,
  registerSchema,
  registerSignIn,
  registerStreams,
  registerToken,
  registerUp,
  registerValidate,
};

/** The commands as the entry point registers them; importing that would run it. */
function registered(): Command {
  const program = new Command('fairlead').enablePositionalOptions();
  for (const register of Object.values(registrations)) register(program);
  return program;
}

/** Those that do something: a name that only leads on to others prints nothing but help. */
function namesOf(command: Command, before = ''): readonly string[] {
  return command.commands.flatMap((one) => {
    const name = `${before}${one.name()}`;
    const runs = (one as unknown as { _actionHandler: unknown })._actionHandler !== null;
    return [...(runs ? [name] : []), ...namesOf(one, `${name} `)];
  });
}

describe('what a command prints of people', () => {
  it('is asked of all that the entry point registers', () => {
    const main = readFileSync(new URL('./main.ts', import.meta.url), 'utf8');
    const named = [...main.matchAll(/^(register\w+)\(program\);$/gm)].map(([, name]) => name);
    expect(Object.keys(registrations).sort()).toEqual(named.sort());
  });

  it('is said of every command, and of none that is not there', () => {
    const names = namesOf(registered());
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !isPrivacyClass(commandPrivacy[name]))).toEqual([]);
    expect(Object.keys(commandPrivacy).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('is said of options of commands that are there', () => {
    const names = namesOf(registered());
    const known = (option: string) => names.some((name) => option.startsWith(`${name} --`));
    expect(Object.keys(optionPrivacy).filter((option) => !known(option))).toEqual([]);
  });
});
