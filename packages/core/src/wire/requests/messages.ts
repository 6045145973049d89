import {
  asObject,
  asString,
  type JsonNode,
  member,
  type ObjectNode,
  readStrictJson,
} from '../../json/index.ts';
import { encodeUtf8 } from '../../text/index.ts';
import {
  declareRemoteMcp,
  declareServerTool,
  declareTool,
  eachTool,
  type Facts,
  isPresent,
  noteMcpName,
  noteUrl,
  type ToolElements,
} from '../facts.ts';
import { isBinaryMediaType } from '../opaque.ts';
import { fields, type Opaque, type Place, type Region } from '../region.ts';
import type { UnitKind } from '../types.ts';
import {
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

// Sealed fields and the only type of block each belongs to. The first two are the assistant's own, sent back.
const sealedFields: Readonly<Record<string, readonly [key: string, longest: number, role: string | null]>> = {
  thinking: ['signature', 2 * MIB, 'assistant'],
  redacted_thinking: ['data', 2 * MIB, 'assistant'],
  web_search_result: ['encrypted_content', MIB, null],
  web_search_result_location: ['encrypted_index', MIB, null],
  encrypted_code_execution_result: ['encrypted_stdout', 4 * MIB, null],
};

function sealedField(key: string, block: ObjectNode, place: Place): Opaque | null {
  const type = asString(member(block, 'type')) ?? '';
  const row = Object.hasOwn(sealedFields, type) ? sealedFields[type] : undefined;
  if (row === undefined || row[0] !== key || (row[2] !== null && row[2] !== place.role)) return null;
  return sealed(`${type}.${key}`, row[1]);
}

/** `source` of an image or document: base64 content, text, a URL, or a file that the vendor holds. */
const source: Region = {
  opaque(key, _, object) {
    if (key !== 'data' || asString(member(object, 'type')) !== 'base64') return null;
    const mediaType = asString(member(object, 'media_type')) ?? '';
    return media(mediaType.startsWith('image/') ? 'image' : 'document', isBinaryMediaType(mediaType));
  },
  note(object, facts) {
    noteUrl(facts, member(object, 'url'));
    if (asString(member(object, 'file_id')) !== null) facts.serverState.add('file');
  },
};

function blockKind(type: string, kind: UnitKind): UnitKind {
  if (type.endsWith('tool_use')) return 'tool-call';
  if (type.endsWith('tool_result')) return 'tool-result';
  return type === 'tool_addition' ? 'tool-definition' : kind;
}

/** Notes what a content block refers to, and tools that come into play in mid-conversation. */
function noteBlock(block: ObjectNode, facts: Facts): void {
  const type = asString(member(block, 'type')) ?? '';
  if (asString(member(block, 'file_id')) !== null) facts.serverState.add('file');
  if (type === 'tool_reference') declareTool(facts, asString(member(block, 'tool_name')));
  if (type === 'tool_addition') {
    const tool = member(block, 'tool');
    const definition = member(tool, 'definition');
    if (definition !== undefined) declareAnthropicTool(definition, facts);
    else declareTool(facts, asString(member(tool, 'name')));
  }
  if (type === 'mcp_tool_use') declareServerTool(facts, 'mcp');
  if (type === 'tool_use') noteMcpName(facts, asString(member(block, 'name')));
}

const citation: Region = { opaque: (key, _, object, place) => sealedField(key, object, place) };

const blockFields = new Map<string, Region>([
  ['source', source],
  ['citations', citation],
]);

/** Content blocks; results hold blocks again. A tool's `input` is plain: nothing in it is opaque. */
const blocks: Region = {
  fields: blockFields,
  enter: (block, { kind, role }) => ({ kind: blockKind(asString(member(block, 'type')) ?? '', kind), role }),
  opaque: (key, _, block, place) => sealedField(key, block, place),
  note: noteBlock,
};
blockFields.set('content', blocks);

const messages: Region = {
  kind: 'message',
  fields: fields({ content: blocks }),
  enter(message) {
    const role = asString(member(message, 'role'));
    return { role, kind: role === 'system' || role === 'developer' ? 'system' : 'message' };
  },
};

const root: Region = {
  fields: fields({
    system: { kind: 'system', role: 'system', fields: blockFields, note: noteBlock },
    messages,
    tools: toolDefinitions,
    mcp_servers: toolDefinitions,
    metadata,
  }),
};

// Typed tools that the client runs itself; every other type is the vendor's.
const CLIENT_TOOL = /^(custom$|bash_|text_editor_|memory_)/;

function declareAnthropicTool(tool: JsonNode, facts: Facts): void {
  const type = member(tool, 'type');
  const name = asString(member(tool, 'name'));
  const typeName = asString(type);
  if (asObject(tool) === null) declareServerTool(facts, null);
  else if (type === undefined || type.kind === 'null' || (typeName !== null && CLIENT_TOOL.test(typeName))) {
    declareTool(facts, name);
  } else if (typeName === 'mcp_toolset') {
    declareServerTool(facts, 'mcp');
    noteMcpName(facts, `mcp__${asString(member(tool, 'mcp_server_name')) ?? 'unnamed'}`);
  } else declareServerTool(facts, typeName);
}

function declare(body: ObjectNode, facts: Facts, elements: ToolElements | null): void {
  eachTool(body, 'tools', facts, declareAnthropicTool, elements);
  eachTool(body, 'mcp_servers', facts, (server) => declareRemoteMcp(facts, server, 'name', 'url'));
  if (isPresent(member(body, 'container'))) facts.serverState.add('container');
}

/** The session in `metadata.user_id`: JSON with `session_id`, or the older `user_…_session_<uuid>`. */
function bodySession(body: ObjectNode): string | null {
  const userId = asString(member(member(body, 'metadata'), 'user_id'));
  if (userId === null) return null;
  if (!userId.startsWith('{')) return sessionId(/_session_([0-9a-fA-F-]{36})$/.exec(userId)?.[1] ?? null);
  try {
    return sessionId(
      asString(member(readStrictJson(encodeUtf8(userId), { maxValues: 100 }).root, 'session_id')),
    );
  } catch {
    return null;
  }
}

/** Anthropic's `/v1/messages` and `/v1/messages/count_tokens`. */
export const messagesShape: RequestShape = {
  root,
  declare,
  maxTokens: (body) => largestBound(body, ['max_tokens']),
  firstUserText: (body) => firstUserTextIn(member(body, 'messages')),
  bodySession,
};
