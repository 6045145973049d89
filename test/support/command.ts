import { Command } from 'commander';
import { vi } from 'vitest';

/** Runs a command of the command line in this process and returns what it printed and its exit code. */
export async function runCommand(
  register: (program: Command) => void,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    const program = new Command('fairlead').enablePositionalOptions().exitOverride();
    register(program);
    await program.parseAsync([...args], { from: 'user' });
    return { code: Number(process.exitCode), out: out.join(''), err: err.join('') };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
