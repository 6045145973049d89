import { type Ask, isObject, type JsonObject, type Reply, type SampleTool, textOf } from './sample-types.ts';

/** Stands at the start of every text, so that nobody takes it for a model's answer. */
export const sampleLabel = '[Fairlead sample vendor]';

const shellNames = new Set([
  'bash',
  'shell',
  'exec_command',
  'shell_command',
  'local_shell',
  'run_in_terminal',
  'run_command',
  'run_shell_command',
  'execute_command',
]);
const asksForTool = /\b(?:run|execute|shell|command|use (?:the|a) tool|list (?:the |all )?files)\b/i;
const marker = /\[\[tool:([\w.-]{1,64})\s*(\{.*?\})?\s*\]\]/s;
const longestQuote = 400;

/** Decides what to answer: a tool call when one is asked for and possible, else labelled text. */
export function replyTo(ask: Ask): Reply {
  if (ask.toolResult !== null) {
    return text(`The tool answered: ${quote(ask.toolResult)}`);
  }
  const marked = marker.exec(ask.userText);
  if (marked) {
    const tool = ask.tools.find((candidate) => candidate.name === marked[1]);
    return tool
      ? { kind: 'tool-call', tool, args: markedArguments(marked[2]) ?? argumentsFor(tool, 'pwd') }
      : text(`The request declares no tool named ${marked[1]}.`);
  }
  if (asksForTool.test(ask.userText)) {
    const tool = shellTool(ask.tools);
    if (tool) return { kind: 'tool-call', tool, args: argumentsFor(tool, commandFor(ask.userText)) };
  }
  return text(
    `This is a built-in stand-in, not a model. You wrote ${ask.userText.length} characters: ${quote(ask.userText)}`,
  );
}

function text(message: string): Reply {
  return { kind: 'text', text: `${sampleLabel} ${message}` };
}

function quote(value: string): string {
  const trimmed = value.trim();
  return trimmed.length > longestQuote ? `${trimmed.slice(0, longestQuote)}…` : trimmed;
}

function markedArguments(json: string | undefined): JsonObject | null {
  if (json === undefined) return null;
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function shellTool(tools: readonly SampleTool[]): SampleTool | undefined {
  return (
    tools.find((tool) => shellNames.has(tool.name.toLowerCase())) ??
    tools.find((tool) => tool.kind === 'function' && commandProperty(tool.schema) !== null)
  );
}

/** Only commands that read nothing private and change nothing. */
function commandFor(userText: string): string {
  return /list (?:the |all )?files/i.test(userText) ? 'ls' : 'echo fairlead-sample-tool-ran';
}

function propertiesOf(schema: JsonObject): JsonObject {
  return isObject(schema.properties) ? schema.properties : {};
}

function commandProperty(schema: JsonObject): 'command' | 'cmd' | null {
  const properties = propertiesOf(schema);
  if ('command' in properties) return 'command';
  return 'cmd' in properties ? 'cmd' : null;
}

/** Arguments that satisfy the tool's schema: the command, and a plausible value for each required property. */
function argumentsFor(tool: SampleTool, command: string): JsonObject {
  if (tool.kind !== 'function') return { input: command };
  const properties = propertiesOf(tool.schema);
  const args: Record<string, unknown> = {};
  const required = Array.isArray(tool.schema.required) ? tool.schema.required.map(textOf) : [];
  for (const name of required) args[name] = plausible(properties[name], 0);
  const property = commandProperty(tool.schema);
  if (property) {
    const declared = properties[property];
    const isList = isObject(declared) && declared.type === 'array';
    args[property] = isList ? ['bash', '-c', command] : command;
  }
  return args;
}

function plausible(schema: unknown, depth: number): unknown {
  if (!isObject(schema) || depth > 8) return 'sample';
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0];
  if ('const' in schema) return schema.const;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'integer' || type === 'number') return typeof schema.minimum === 'number' ? schema.minimum : 1;
  if (type === 'boolean') return false;
  if (type === 'array') return [];
  if (type !== 'object') return 'Sample call by the built-in vendor';
  const members = Array.isArray(schema.required) ? schema.required.map(textOf) : [];
  const properties = propertiesOf(schema);
  return Object.fromEntries(members.map((name) => [name, plausible(properties[name], depth + 1)]));
}
