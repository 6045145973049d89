import { Command } from 'commander';
import { registerCommands } from './register-commands.ts';
import { reportFailure } from './report-failure.ts';

/** The `fairlead` command. Exit codes everywhere: 0 yes, 1 no, 2 could not run. */
const program = new Command('fairlead')
  .description('Adopt AI coding assistants with governance intact.')
  .showHelpAfterError('(fairlead COMMAND --help shows the options)')
  .configureOutput({ outputError: (text, write) => write(text) })
  // What stands behind `run -- COMMAND` is the command's own.
  .enablePositionalOptions()
  .exitOverride();

registerCommands(program);

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
