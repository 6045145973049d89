/* What an assistant sends with every call besides the conversation: its instructions and its tools. Own words, of about the size that the real ones have. */
import { prose } from './material.ts';
import { createSeeded } from './seeded.ts';
import type { Action } from './types.ts';

/** A tool as an assistant declares it: name, description, and the names of its parameters, all of them texts. */
export interface ToolShape {
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly string[];
}

type Named = readonly [name: string, ...parameters: string[]];

const named: { readonly [assistant in 'claude' | 'codex' | 'copilot']: readonly Named[] } = {
  claude: [
    ['Bash', 'command', 'description'],
    ['Read', 'file_path'],
    ['Grep', 'pattern', 'path'],
    ['Edit', 'file_path', 'old_string', 'new_string'],
    ['Write', 'file_path', 'content'],
    ['Glob', 'pattern'],
    ['Task', 'description', 'prompt'],
    ['TodoWrite', 'todos'],
    ['WebFetch', 'url', 'prompt'],
    ['NotebookEdit', 'notebook_path', 'new_source'],
    ['ExitPlanMode', 'plan'],
    ['Skill', 'skill'],
  ],
  codex: [
    ['exec_command', 'cmd'],
    ['write_stdin', 'chars'],
    ['update_plan', 'plan'],
    ['view_image', 'path'],
  ],
  copilot: [
    ['bash', 'command', 'description'],
    ['view', 'path'],
    ['grep', 'pattern'],
    ['edit', 'path', 'old_str', 'new_str'],
    ['create', 'path', 'file_text'],
    ['glob', 'pattern'],
    ['report_intent', 'intent'],
    ['task', 'prompt'],
  ],
};

function shapes(which: keyof typeof named): readonly ToolShape[] {
  const seeded = createSeeded(`tools of ${which}`);
  return named[which].map(([name, ...parameters]) => ({
    name,
    description: `${name}: ${prose(seeded, seeded.whole(500, 2200))}`,
    parameters,
  }));
}

export const tools = {
  claude: shapes('claude'),
  codex: shapes('codex'),
  copilot: shapes('copilot'),
};

export const instructions = {
  claude: `You help with code in a terminal. ${prose(createSeeded('instructions of claude'), 22_000)}`,
  codex: `You work on code in a sandbox. ${prose(createSeeded('instructions of codex'), 14_000)}`,
  copilot: `You assist in a shell. ${prose(createSeeded('instructions of copilot'), 12_000)}`,
  plain: `You answer about code. ${prose(createSeeded('instructions of others'), 1_200)}`,
};

/** A tool's parameters as JSON schema. */
export function schemaOf({ parameters }: ToolShape) {
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map((name) => [name, { type: 'string', description: name }])),
    required: [...parameters],
    additionalProperties: false,
  };
}

/** A call of a tool: its name and arguments. */
export interface ToolUse {
  readonly name: string;
  readonly input: { readonly [name: string]: string };
}

/** How Claude Code does what a step says. */
export function claudeUse(action: Action): ToolUse {
  switch (action.act) {
    case 'run':
      return { name: 'Bash', input: { command: action.command, description: 'Run it' } };
    case 'read':
      return { name: 'Read', input: { file_path: `/home/dev/src/${action.path}` } };
    case 'search':
      return { name: 'Grep', input: { pattern: action.pattern, path: 'src' } };
    case 'edit':
      return {
        name: 'Edit',
        input: { file_path: action.path, old_string: action.before, new_string: action.after },
      };
  }
}

/** How Copilot CLI does it. */
export function copilotUse(action: Action): ToolUse {
  switch (action.act) {
    case 'run':
      return { name: 'bash', input: { command: action.command, description: 'Run it' } };
    case 'read':
      return { name: 'view', input: { path: action.path } };
    case 'search':
      return { name: 'grep', input: { pattern: action.pattern } };
    case 'edit':
      return { name: 'edit', input: { path: action.path, old_str: action.before, new_str: action.after } };
  }
}

/** How Codex does it: everything but an edit is a command. */
export function codexCommand(action: Exclude<Action, { act: 'edit' }>): string {
  if (action.act === 'run') return action.command;
  return action.act === 'read' ? `sed -n 1,200p ${action.path}` : `rg -n '${action.pattern}' src`;
}

/** An edit as Codex writes it. */
export function codexPatch({ path, before, after }: Extract<Action, { act: 'edit' }>): string {
  const marked = (mark: string, text: string) =>
    text
      .split('\n')
      .map((line) => mark + line)
      .join('\n');
  return `*** Begin Patch\n*** Update File: ${path}\n@@\n${marked('-', before)}\n${marked('+', after)}\n*** End Patch\n`;
}
