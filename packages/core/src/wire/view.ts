import { FairleadError } from '../errors/index.ts';
import {
  asInteger,
  asString,
  elements,
  type JsonNode,
  member,
  type ObjectNode,
  type StrictDocument,
} from '../json/index.ts';
import type { Elements } from './elements.ts';
import { capabilityOf, emptyFacts, safeName } from './facts.ts';
import { plain } from './region.ts';
import { chatCompletionsShape } from './requests/chat-completions.ts';
import { embeddingsShape } from './requests/embeddings.ts';
import { messagesShape } from './requests/messages.ts';
import { responsesShape } from './requests/responses.ts';
import type { RequestShape } from './requests/shape.ts';
import type { CallView, Endpoint } from './types.ts';
import { addText, skip, startWalk, type Walk, walkBody } from './walk.ts';

const shapes: Readonly<Record<Endpoint, RequestShape>> = {
  'chat-completions': chatCompletionsShape,
  responses: responsesShape,
  embeddings: embeddingsShape,
  messages: messagesShape,
  'count-tokens': messagesShape,
};

function misshapen(message: string): FairleadError {
  return new FairleadError('json.shape', { message });
}

function bodyOf(document: StrictDocument): ObjectNode {
  if (document.root.kind !== 'object') throw misshapen('The body must be a JSON object.');
  return document.root;
}

function modelOf(body: ObjectNode): string {
  const model = asString(member(body, 'model'));
  if (model === null || model === '') throw misshapen('The body must name its `model` as a string.');
  return model;
}

/** Anything but a boolean would be read as true by some vendors and as false by others. */
function streamOf(body: ObjectNode): boolean {
  const stream = member(body, 'stream');
  if (stream === undefined || stream.kind === 'null') return false;
  if (stream.kind !== 'boolean') throw misshapen('`stream` must be true or false.');
  return stream.value;
}

/** A speed other than the standard one is a tier with a price of its own. */
function tierOf(body: ObjectNode): string | null {
  const speed = asString(member(body, 'speed'));
  return speed !== null && speed !== 'standard' ? speed : asString(member(body, 'service_tier'));
}

function turnMetadataOf(body: ObjectNode): string | null {
  const node = member(member(body, 'client_metadata'), 'x-codex-turn-metadata');
  if (node === undefined || node.kind === 'null') return null;
  if (node.kind !== 'string') throw misshapen('`client_metadata.x-codex-turn-metadata` must be a string.');
  return node.value;
}

/** Token ids stand for text that nobody here can read. */
function skipTokenIds(walk: Walk, input: JsonNode | undefined): void {
  const ids = elements(input).some(
    (item) => item.kind === 'number' || elements(item).some((id) => id.kind === 'number'),
  );
  if (ids) skip(walk, 'input.token-ids', 'text sent as token ids cannot be read');
}

const sorted = (names: ReadonlySet<string>): readonly string[] => [...names].sort();

/**
 * Reads what the gateway decides on from a request body and the headers that would be forwarded with it. Every key
 * and every non-empty string of the body ends up in exactly one unit, or in an opaque field that `skipped` names;
 * JSON and base64 text inside strings add units of their own (`!json`, `!base64` in their paths, no span).
 * With `elements` known ones are taken as they are, and what those that were read came to is added to them.
 * @throws FairleadError json.shape when the body is no object, names no model, or leaves open how to read it
 */
export function viewRequest(
  endpoint: Endpoint,
  document: StrictDocument,
  headers: readonly { readonly name: string; readonly value: string }[] = [],
  elements: Elements | null = null,
): CallView {
  const body = bodyOf(document);
  const model = modelOf(body);
  const shape = shapes[endpoint];
  const facts = emptyFacts();
  const walk = startWalk(facts, elements);
  shape.declare(body, facts, elements);
  walkBody(walk, body, shape.root);
  if (endpoint === 'embeddings') skipTokenIds(walk, member(body, 'input'));
  for (const { name, value } of headers) {
    const place = { region: plain, kind: 'header', role: null } as const;
    addText(walk, value, place, { path: `header:${name.toLowerCase()}`, span: null });
  }
  const choices = asInteger(member(body, 'n')) ?? 1;
  const serviceTier = tierOf(body);
  const view: { -readonly [Member in keyof CallView]: CallView[Member] } = {
    endpoint,
    model,
    stream: streamOf(body),
    capability: capabilityOf(facts),
    tools: sorted(facts.tools),
    mcpServers: sorted(facts.mcpServers),
    serverTools: sorted(facts.serverTools),
    serverState: sorted(facts.serverState),
    remoteRefs: facts.remoteRefs,
    serviceTier: serviceTier === null ? null : safeName(serviceTier),
    maxTokens: shape.maxTokens(body),
    images: facts.images,
    imageBytes: facts.imageBytes,
    units: walk.units,
    skipped: [...walk.skipped.values()],
    firstUserText: shape.firstUserText(body),
    bodySession: shape.bodySession(body),
    codexTurnMetadata: turnMetadataOf(body),
  };
  if (choices > 1) view.choices = choices;
  return view;
}
