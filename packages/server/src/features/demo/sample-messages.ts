import { contentText, lastWords, type Step } from './sample-conversation.ts';
import { type ChatIds, namedEvent, pieces } from './sample-stream.ts';
import {
  type Ask,
  BadAsk,
  cachedTokensOf,
  isObject,
  type JsonObject,
  limitOf,
  objectsOf,
  type Rendered,
  type Reply,
  textOf,
} from './sample-types.ts';

/** Reads an Anthropic Messages request. Throws {@link BadAsk} when `messages` isn't a non-empty array. */
export function readMessages(body: JsonObject, inputTokens: number): Ask {
  if (!Array.isArray(body.messages)) throw new BadAsk('messages: Field required');
  const steps = objectsOf(body.messages)
    .filter((message) => message.role === 'user')
    .flatMap((message) => userSteps(message.content));
  const tools = objectsOf(body.tools).filter((tool) => isObject(tool.input_schema));
  return {
    model: textOf(body.model),
    stream: body.stream === true,
    includeUsage: true,
    tools: tools.map((tool) => ({
      name: textOf(tool.name),
      namespace: null,
      kind: 'function',
      schema: isObject(tool.input_schema) ? tool.input_schema : {},
    })),
    inputTokens,
    outputLimit: limitOf(body, 'max_tokens'),
    ...lastWords(steps),
  };
}

/** Tool results come in a user message; the text beside them is context, so they count as standing after it. */
function userSteps(content: unknown): Step[] {
  const results = objectsOf(content).filter((block) => block.type === 'tool_result');
  const texts: Step[] =
    typeof content === 'string'
      ? [{ kind: 'user', text: content }]
      : objectsOf(content)
          .filter((block) => block.type === 'text')
          .map((block) => ({ kind: 'user', text: textOf(block.text) }));
  return [
    ...texts,
    ...results.map((block): Step => ({ kind: 'tool-result', text: contentText(block.content) })),
  ];
}

/** Renders the answer as one `message`, or as the events from `message_start` to `message_stop`. */
export function renderMessages(ask: Ask, reply: Reply, ids: ChatIds): Rendered {
  const output = reply.kind === 'text' ? reply.text : JSON.stringify(reply.args);
  const outputTokens = Math.max(1, Math.ceil(output.length / 4));
  const usage = { ...inputUsage(ask), output_tokens: outputTokens, service_tier: 'standard' };
  const head = { id: `msg_${ids.answer}`, type: 'message', role: 'assistant', model: ask.model };
  const reason = reply.kind === 'text' ? (reply.isCut ? 'max_tokens' : 'end_turn') : 'tool_use';
  const stop = { stop_reason: reason, stop_sequence: null };
  if (!ask.stream) {
    const block = reply.kind === 'text' ? { type: 'text', text: output } : toolUse(reply, ids, reply.args);
    const body = { ...head, content: [block], ...stop, usage };
    return { contentType: 'application/json', chunks: [JSON.stringify(body)] };
  }
  const message = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const isText = reply.kind === 'text';
  const events = [
    { type: 'message_start', message },
    {
      type: 'content_block_start',
      index: 0,
      content_block: isText ? { type: 'text', text: '' } : toolUse(reply, ids, {}),
    },
    { type: 'ping' },
    ...pieces(output).map((part) => ({
      type: 'content_block_delta',
      index: 0,
      delta: isText ? { type: 'text_delta', text: part } : { type: 'input_json_delta', partial_json: part },
    })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: stop, usage: { output_tokens: outputTokens } },
    { type: 'message_stop' },
  ];
  return { contentType: 'text/event-stream', chunks: events.map(namedEvent) };
}

/** This dialect counts what was cached before, what is cached from now on, and the rest apart from each other. */
function inputUsage(ask: Ask) {
  const read = Math.max(0, Math.min(cachedTokensOf(ask), ask.inputTokens - uncachedTokens));
  const created = ask.cachedTokens == null ? 0 : Math.max(0, ask.inputTokens - read - uncachedTokens);
  return {
    input_tokens: ask.inputTokens - read - created,
    cache_creation_input_tokens: created,
    cache_read_input_tokens: read,
  };
}

/** What stands behind the last place that an assistant marks for caching. */
const uncachedTokens = 12;

function toolUse(reply: Extract<Reply, { kind: 'tool-call' }>, ids: ChatIds, input: JsonObject): JsonObject {
  return { type: 'tool_use', id: `toolu_${ids.call}`, name: reply.tool.name, input };
}
