import type { Command } from 'commander';
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

/** Every command, in the order of `fairlead --help`. */
export function registerCommands(program: Command): void {
  registerDemo(program);
  registerUp(program);
  registerInit(program);
  registerValidate(program);
  registerSchema(program);
  registerPolicy(program);
  registerKey(program);
  registerToken(program);
  registerEnroll(program);
  registerDevice(program);
  registerRun(program);
  registerSignIn(program);
  registerLedger(program);
  registerBudget(program);
  registerBaseline(program);
  registerDelivery(program);
  registerMigrate(program);
  registerBackup(program);
  registerPack(program);
  registerStreams(program);
  registerContent(program);
  registerRetention(program);
}
