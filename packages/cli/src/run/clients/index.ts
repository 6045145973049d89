import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import type { RunnableClient } from './types.ts';

export type { RunnableClient, Setting, Start } from './types.ts';

/** Every assistant that `fairlead run` can start. */
export const runnableClients: readonly RunnableClient[] = [claude, codex, copilot];

/** The assistant that a command, or the path of one, starts; undefined when it is none of them. */
export function clientOf(command: string): RunnableClient | undefined {
  const name = command
    .replace(/^.*[/\\]/, '')
    .replace(/\.(?:exe|cmd)$/i, '')
    .toLowerCase();
  return runnableClients.find((client) => client.command === name);
}
