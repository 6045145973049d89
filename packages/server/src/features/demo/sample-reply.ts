import type { Direction } from './sample-directions.ts';
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

/** Decides what to answer: as directed, else a tool call when one is asked for and possible, else labelled text. */
export function replyTo(ask: Ask, direction: Direction | null = null): Reply {
  return withinLimit(wholeReply(ask, direction), ask.outputLimit);
}

/** Four characters a token, as the answers are counted. A call that has no room is told as text. */
function withinLimit(reply: Reply, limit: number | null): Reply {
  const output = reply.kind === 'text' ? reply.text : JSON.stringify(reply.args);
  if (limit === null || output.length <= limit * 4) return reply;
  const whole = reply.kind === 'text' ? reply.text : `${sampleLabel} There is no room for a tool call.`;
  return { kind: 'text', text: whole.slice(0, limit * 4), isCut: true };
}

function wholeReply(ask: Ask, direction: Direction | null): Reply {
  if (direction) return directedReply(ask, direction);
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

/** Of a vendor's own making, four characters a token, so that the length is as directed and nothing is quoted. */
function directedReply({ tools }: Ask, { tokens, tool: name }: Direction): Reply {
  const tool = name === null ? undefined : tools.find((candidate) => candidate.name === name);
  const words = filler(tokens * 4 - (tool ? 24 : sampleLabel.length + 1));
  if (!tool) return text(words);
  const args = argumentsFor(tool, words);
  const [property] = commandProperty(tool.schema) ? [] : requiredOf(tool.schema).slice(-1);
  return { kind: 'tool-call', tool, args: property === undefined ? args : { ...args, [property]: words } };
}

const fillers = [
  'The function reads its input once and keeps no state between two calls.',
  'I changed the condition so that the last page is included as well.',
  'Two of the tests cover the new branch, and one holds the old behaviour in place.',
  'Nothing else in the module depends on the order of these entries.',
  'The error is now passed on with its cause instead of being swallowed.',
  'A caller that gave no time zone keeps getting the one of the account.',
  'I left the public signature as it was, so no other package has to change.',
  'The query runs once a page, which the index on the second column makes cheap.',
];

function filler(characters: number): string {
  let words = fillers[Math.max(0, characters) % fillers.length] ?? '';
  for (let at = 1; words.length < characters; at += 1) {
    words += ` ${fillers[(characters + at) % fillers.length]}`;
  }
  return words.slice(0, Math.max(1, characters)).trim();
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

function requiredOf(schema: JsonObject): readonly string[] {
  return Array.isArray(schema.required) ? schema.required.map(textOf) : [];
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
  for (const name of requiredOf(tool.schema)) args[name] = plausible(properties[name], 0);
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
