import { asString, type JsonNode, member, type ObjectNode } from '../../json/index.ts';
import {
  declareRemoteMcp,
  declareServerTool,
  declareTool,
  eachTool,
  type Facts,
  isPresent,
  noteMcpName,
  type ToolElements,
} from '../facts.ts';
import { fields, type Region } from '../region.ts';
import type { UnitKind } from '../types.ts';
import {
  contentParts,
  firstUserTextIn,
  largestBound,
  metadata,
  type RequestShape,
  toolDefinitions,
} from './shape.ts';

const toolCalls: Region = {
  kind: 'tool-call',
  note(call, facts) {
    noteMcpName(facts, asString(member(member(call, 'function'), 'name')));
  },
};

const messageKinds: Readonly<Record<string, UnitKind>> = {
  system: 'system',
  developer: 'system',
  tool: 'tool-result',
  function: 'tool-result',
};

const messages: Region = {
  kind: 'message',
  fields: fields({ content: contentParts, tool_calls: toolCalls, function_call: { kind: 'tool-call' } }),
  enter(message) {
    const role = asString(member(message, 'role'));
    const kind = role !== null && Object.hasOwn(messageKinds, role) ? messageKinds[role] : undefined;
    return { role, kind: kind ?? 'message' };
  },
  note(message, facts) {
    // A spoken answer is sent back by its id: the vendor keeps the sound.
    if (asString(member(member(message, 'audio'), 'id')) !== null) facts.serverState.add('audio');
  },
};

const root: Region = {
  fields: fields({
    messages,
    prediction: { kind: 'message', fields: fields({ content: contentParts }) },
    tools: toolDefinitions,
    functions: toolDefinitions,
    mcp_servers: toolDefinitions,
    metadata,
    client_metadata: metadata,
    user: metadata,
    safety_identifier: metadata,
    prompt_cache_key: metadata,
  }),
};

// Switches outside `tools` that make the vendor, or a gateway before it, reach out by itself.
const searchSwitches: readonly (readonly [string, string])[] = [
  ['web_search_options', 'web_search'],
  ['search_parameters', 'web_search'],
  ['enable_search', 'web_search'],
  ['plugins', 'plugins'],
];

function declareChatTool(tool: JsonNode, facts: Facts): void {
  const type = asString(member(tool, 'type'));
  if (type === 'function' || type === 'custom')
    declareTool(facts, asString(member(member(tool, type), 'name')));
  else if (type === 'mcp') declareRemoteMcp(facts, tool, 'server_label', 'server_url');
  else declareServerTool(facts, type);
}

function declare(body: ObjectNode, facts: Facts, elements: ToolElements | null): void {
  eachTool(body, 'tools', facts, declareChatTool, elements);
  eachTool(body, 'functions', facts, (tool) => declareTool(facts, asString(member(tool, 'name'))));
  eachTool(body, 'mcp_servers', facts, (server) => declareRemoteMcp(facts, server, 'name', 'url'));
  for (const [key, name] of searchSwitches) {
    if (isPresent(member(body, key))) declareServerTool(facts, name);
  }
  // These models search the web on every call, asked to or not.
  if (/-search(-|$)/.test(asString(member(body, 'model')) ?? '')) declareServerTool(facts, 'web_search');
  if (isPresent(member(body, 'store'))) facts.serverState.add('store');
}

/** OpenAI's `/v1/chat/completions`. */
export const chatCompletionsShape: RequestShape = {
  root,
  declare,
  maxTokens: (body) => largestBound(body, ['max_completion_tokens', 'max_tokens']),
  firstUserText: (body) => firstUserTextIn(member(body, 'messages')),
  bodySession: () => null,
};
