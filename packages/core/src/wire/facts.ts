import { asArray, asString, type JsonNode, member, type ObjectNode } from '../json/index.ts';
import type { Capability } from './types.ts';

/** What is known of an array's elements without reading them, and what is learnt of those that are read. */
export interface ToolElements {
  readonly known: ReadonlyMap<number, { readonly declared: Facts | null }>;
  readonly declared: Map<number, Facts>;
  fits: boolean;
}

/** What a request says besides its texts, gathered while it is read. */
export interface Facts {
  readonly tools: Set<string>;
  readonly mcpServers: Set<string>;
  readonly serverTools: Set<string>;
  readonly serverState: Set<string>;
  /** True when tools of an MCP server are declared, also where no server's name is on the wire. */
  mcp: boolean;
  remoteRefs: number;
  /** Inline images, and the bytes of the body that they take. */
  images: number;
  imageBytes: number;
}

export function emptyFacts(): Facts {
  return {
    tools: new Set(),
    mcpServers: new Set(),
    serverTools: new Set(),
    serverState: new Set(),
    mcp: false,
    remoteRefs: 0,
    images: 0,
    imageBytes: 0,
  };
}

/** True when nothing was told. */
export function isEmpty({
  tools,
  mcpServers,
  serverTools,
  serverState,
  mcp,
  remoteRefs,
  images,
}: Facts): boolean {
  return (
    tools.size + mcpServers.size + serverTools.size + serverState.size + remoteRefs + images === 0 && !mcp
  );
}

/** Adds what one part of a request says to the whole. */
export function mergeFacts(into: Facts, from: Facts): void {
  for (const name of from.tools) into.tools.add(name);
  for (const name of from.mcpServers) into.mcpServers.add(name);
  for (const name of from.serverTools) into.serverTools.add(name);
  for (const name of from.serverState) into.serverState.add(name);
  into.mcp ||= from.mcp;
  into.remoteRefs += from.remoteRefs;
  into.images += from.images;
  into.imageBytes += from.imageBytes;
}

const NAME = /^[A-Za-z0-9_.:/@-]{1,128}$/;

/** A name as the request gives it, or a fixed word when it is none: facts are recorded and must hold no content. */
export function safeName(name: string | null): string {
  return name !== null && NAME.test(name) ? name : 'unnamed';
}

// Tools by which assistants reach MCP servers whose own tools they load later (Codex 0.169, Claude Code 2.1).
const MCP_ACCESS = new Set([
  'list_mcp_resources',
  'list_mcp_resource_templates',
  'read_mcp_resource',
  'ListMcpResourcesTool',
  'ReadMcpResourceTool',
]);

const MCP_PREFIX = 'mcp__';

/** Server of a name `mcp__server__tool` or of a namespace `mcp__server`; null for any other name. */
function mcpServerOf(name: string): string | null {
  if (!name.startsWith(MCP_PREFIX) || name.length === MCP_PREFIX.length) return null;
  const end = name.indexOf('__', MCP_PREFIX.length + 1);
  return name.slice(MCP_PREFIX.length, end < 0 ? undefined : end);
}

/** Notes the MCP server that a tool's or namespace's name tells of, if it does. */
export function noteMcpName(facts: Facts, name: string | null): void {
  if (name === null) return;
  if (MCP_ACCESS.has(name)) facts.mcp = true;
  const server = mcpServerOf(name);
  if (server !== null) declareMcpServer(facts, server);
}

/** A tool that the client runs. */
export function declareTool(facts: Facts, name: string | null): void {
  facts.tools.add(safeName(name));
  noteMcpName(facts, name);
}

/** A tool that the vendor runs: whatever it sends there or reads there passes by us. */
export function declareServerTool(facts: Facts, type: string | null): void {
  // Versions stand at the end (`_20250305`, `_2025_03_11`); policies name the tool.
  const name = safeName(type)
    .replace(/_(\d{8}|\d{4}_\d{2}_\d{2})$/, '')
    .replace(/_preview$/, '');
  facts.tools.add(name);
  facts.serverTools.add(name);
}

/** An MCP server, whoever talks to it. */
export function declareMcpServer(facts: Facts, label: string | null): void {
  facts.mcp = true;
  facts.mcpServers.add(safeName(label));
}

/** An MCP server that the vendor talks to. */
export function declareRemoteMcp(facts: Facts, server: JsonNode, label: string, url: string): void {
  declareMcpServer(facts, asString(member(server, label)));
  declareServerTool(facts, 'mcp');
  if (isPresent(member(server, url))) facts.remoteRefs += 1;
}

/** True unless a member is absent, null, or switched off. */
export function isPresent(node: JsonNode | undefined): boolean {
  return node !== undefined && node.kind !== 'null' && !(node.kind === 'boolean' && !node.value);
}

/** Adds what one tool declares, from what is known of it where it is. */
function declareElement(
  tool: JsonNode,
  facts: Facts,
  declare: (tool: JsonNode, facts: Facts) => void,
  elements: ToolElements,
): void {
  const known = elements.known.get(tool.start);
  let own = known?.declared;
  if (known === undefined) {
    own = emptyFacts();
    declare(tool, own);
    elements.declared.set(tool.start, own);
  }
  if (own) mergeFacts(facts, own);
  else elements.fits = false;
}

/** Calls `declare` for each element of the array `key`. A list that is no array is one unknown tool. */
export function eachTool(
  root: ObjectNode,
  key: string,
  facts: Facts,
  declare: (tool: JsonNode, facts: Facts) => void,
  elements: ToolElements | null = null,
): void {
  const list = member(root, key);
  if (list === undefined || list.kind === 'null') return;
  const array = asArray(list);
  if (array === null) declareServerTool(facts, null);
  else if (elements === null) for (const tool of array.elements) declare(tool, facts);
  else for (const tool of array.elements) declareElement(tool, facts, declare, elements);
}

/** Counts a URL that the vendor would fetch; `data:` URLs carry their content themselves. */
export function noteUrl(facts: Facts, url: JsonNode | undefined): void {
  const text = asString(url);
  if (text !== null && text !== '' && !/^data:/i.test(text)) facts.remoteRefs += 1;
}

export function capabilityOf(facts: Facts): Capability {
  if (facts.mcp) return 'mcp';
  return facts.tools.size > 0 ? 'agent' : 'chat';
}
