import { Command } from 'commander';
import { registerCommands } from '../register-commands.ts';

/** Every command that does something, by its full name: one that only leads on to others prints nothing but help. */
export function allCommands(): ReadonlyMap<string, Command> {
  const program = new Command('fairlead').enablePositionalOptions();
  registerCommands(program);
  return new Map(commandsIn(program));
}

function commandsIn(command: Command, before = ''): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((one) => {
    const name = `${before}${one.name()}`;
    const runs = (one as unknown as { _actionHandler: unknown })._actionHandler !== null;
    return [...(runs ? [[name, one] as const] : []), ...commandsIn(one, `${name} `)];
  });
}
