import { Command } from 'commander';
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
import { reportFailure } from './report-failure.ts';

/** The `fairlead` command. Exit codes everywhere: 0 yes, 1 no, 2 could not run. */
const program = new Command('fairlead')
  .description('Adopt AI coding assistants with governance intact.')
  .showHelpAfterError('(fairlead COMMAND --help shows the options)')
  .configureOutput({ outputError: (text, write) => write(text) })
  // What stands behind `run -- COMMAND` is the command's own.
  .enablePositionalOptions()
  .exitOverride();

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

// A reader that stops early (`fairlead ledger list | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
