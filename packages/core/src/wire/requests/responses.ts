import { asString, elements, type JsonNode, member, type ObjectNode } from '../../json/index.ts';
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
import { fields, type Opaque, type Region } from '../region.ts';
import type { UnitKind } from '../types.ts';
import {
  contentParts,
  firstUserTextIn,
  largestBound,
  media,
  metadata,
  type RequestShape,
  sealed,
  sessionId,
  toolDefinitions,
} from './shape.ts';

const MIB = 1024 * 1024;
const SEALED_ITEMS = new Set(['reasoning', 'compaction', 'compaction_summary', 'context_compaction']);

function itemKind(type: string, role: string | null): UnitKind {
  if (type === 'mcp_list_tools' || type === 'additional_tools') return 'tool-definition';
  if (type.endsWith('_output') || type.endsWith('_response')) return 'tool-result';
  if (type.endsWith('_call') || type.endsWith('_request')) return 'tool-call';
  return role === 'system' || role === 'developer' ? 'system' : 'message';
}

/** The role that the other dialects would give an item that names none. */
function itemRole(type: string, kind: UnitKind): string | null {
  if (kind === 'tool-result') return 'tool';
  return kind === 'tool-call' || type === 'reasoning' ? 'assistant' : null;
}

function itemOpaque(key: string, item: ObjectNode): Opaque | null {
  const type = asString(member(item, 'type')) ?? '';
  if (key === 'encrypted_content' && SEALED_ITEMS.has(type))
    return sealed(`${type}.encrypted_content`, 8 * MIB);
  return key === 'result' && type === 'image_generation_call' ? media('image') : null;
}

/** Notes state that an input item refers to, and tools that come into play in mid-conversation. */
function noteItem(item: ObjectNode, facts: Facts): void {
  const type = asString(member(item, 'type'));
  // An item with neither type nor role is a reference as well: the vendor fills in what it stored.
  if (type === 'item_reference' || (type === null && asString(member(item, 'role')) === null)) {
    facts.serverState.add('item');
  }
  if (asString(member(item, 'container_id')) !== null) facts.serverState.add('container');
  eachTool(item, 'tools', facts, (tool) => {
    if (type === 'mcp_list_tools')
      noteMcpName(facts, `mcp__${asString(member(item, 'server_label')) ?? 'unnamed'}`);
    else declareResponsesTool(tool, facts);
  });
  noteMcpName(facts, asString(member(item, 'namespace')));
  noteMcpName(facts, asString(member(item, 'name')));
  if (type === 'mcp_call') declareServerTool(facts, 'mcp');
}

const items: Region = {
  kind: 'message',
  role: 'user',
  fields: fields({
    content: contentParts,
    output: { ...contentParts, kind: 'tool-result', role: 'tool' },
    results: { kind: 'tool-result', role: 'tool' },
    tools: toolDefinitions,
  }),
  enter(item) {
    const said = asString(member(item, 'role'));
    const type = asString(member(item, 'type')) ?? '';
    const kind = itemKind(type, said);
    return { role: said ?? itemRole(type, kind), kind };
  },
  opaque: (key, _, item) => itemOpaque(key, item),
  note: noteItem,
};

const root: Region = {
  fields: fields({
    input: items,
    instructions: { kind: 'system', role: 'system' },
    prompt: { kind: 'message', fields: fields({ variables: { ...contentParts, fields: new Map() } }) },
    tools: toolDefinitions,
    metadata,
    client_metadata: metadata,
    user: metadata,
    safety_identifier: metadata,
    prompt_cache_key: metadata,
  }),
};

const CLIENT_TOOLS = new Set(['function', 'custom', 'local_shell', 'apply_patch']);

/** Where the hosted variants of `shell` and `code_interpreter` run. */
function noteContainer(tool: JsonNode, facts: Facts): boolean {
  const environment = asString(member(member(tool, 'environment'), 'type')) ?? '';
  const hosted = environment.startsWith('container') || isPresent(member(tool, 'container'));
  if (hosted) facts.serverState.add('container');
  return hosted;
}

function declareResponsesTool(tool: JsonNode, facts: Facts): void {
  const type = asString(member(tool, 'type'));
  const name = asString(member(tool, 'name'));
  const hosted = noteContainer(tool, facts);
  const searchedHere = type === 'tool_search' && asString(member(tool, 'execution')) === 'client';
  if (type === 'namespace') {
    noteMcpName(facts, name);
    for (const inner of elements(member(tool, 'tools'))) declareResponsesTool(inner, facts);
  } else if (type === 'mcp') declareRemoteMcp(facts, tool, 'server_label', 'server_url');
  else if (type !== null && (CLIENT_TOOLS.has(type) || searchedHere || (type === 'shell' && !hosted))) {
    declareTool(facts, name ?? type);
  } else declareServerTool(facts, type);
  if (isPresent(member(tool, 'vector_store_ids'))) facts.serverState.add('vector_store');
}

function declare(body: ObjectNode, facts: Facts, elements: ToolElements | null): void {
  eachTool(body, 'tools', facts, declareResponsesTool, elements);
  for (const key of ['previous_response_id', 'conversation', 'prompt', 'background', 'container']) {
    if (isPresent(member(body, key))) facts.serverState.add(key);
  }
  // Storing is the vendor's default: only an explicit false keeps it off.
  const store = member(body, 'store');
  if (store?.kind !== 'boolean' || store.value) facts.serverState.add('store');
}

function firstUserText(body: ObjectNode): string | null {
  const input = member(body, 'input');
  return asString(input) ?? firstUserTextIn(input);
}

/** Codex puts its session into `client_metadata` and, from older versions on, into the cache key. */
function bodySession(body: ObjectNode): string | null {
  const client = member(body, 'client_metadata');
  if (client?.kind !== 'object') return null;
  const named = asString(member(client, 'session_id')) ?? asString(member(client, 'thread_id'));
  return sessionId(named ?? asString(member(body, 'prompt_cache_key')));
}

/** OpenAI's `/v1/responses`. */
export const responsesShape: RequestShape = {
  root,
  declare,
  maxTokens: (body) => largestBound(body, ['max_output_tokens']),
  firstUserText,
  bodySession,
};
