import { contentText, lastWords, type Step } from './sample-conversation.ts';
import { type ChatIds, pieces } from './sample-stream.ts';
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
  type SampleTool,
  textOf,
} from './sample-types.ts';

/** Reads a Chat Completions request. Throws {@link BadAsk} when `messages` isn't an array. */
export function readChat(body: JsonObject, inputTokens: number): Ask {
  if (!Array.isArray(body.messages)) throw new BadAsk("Missing required parameter: 'messages'.");
  const steps = objectsOf(body.messages).flatMap((message): Step[] => {
    if (message.role === 'user') return [{ kind: 'user', text: contentText(message.content) }];
    return message.role === 'tool' ? [{ kind: 'tool-result', text: contentText(message.content) }] : [];
  });
  const options = isObject(body.stream_options) ? body.stream_options : {};
  return {
    model: textOf(body.model),
    stream: body.stream === true,
    includeUsage: options.include_usage === true,
    tools: objectsOf(body.tools).flatMap(readTool),
    inputTokens,
    outputLimit: limitOf(body, 'max_completion_tokens', 'max_tokens'),
    ...lastWords(steps),
  };
}

function readTool(tool: JsonObject): SampleTool[] {
  if (tool.type === 'custom' && isObject(tool.custom)) {
    return [{ name: textOf(tool.custom.name), namespace: null, kind: 'custom', schema: {} }];
  }
  if (!isObject(tool.function)) return [];
  const schema = isObject(tool.function.parameters) ? tool.function.parameters : {};
  return [{ name: textOf(tool.function.name), namespace: null, kind: 'function', schema }];
}

/** Renders the answer as one `chat.completion`, or as `chat.completion.chunk` events that end with `[DONE]`. */
export function renderChat(ask: Ask, reply: Reply, ids: ChatIds): Rendered {
  const output = reply.kind === 'text' ? reply.text : JSON.stringify(reply.args);
  const outputTokens = Math.max(1, Math.ceil(output.length / 4));
  const usage = {
    prompt_tokens: ask.inputTokens,
    completion_tokens: outputTokens,
    total_tokens: ask.inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokensOf(ask), audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
  const head = { id: `chatcmpl-${ids.answer}`, created: ids.created, model: ask.model };
  const finish = reply.kind === 'text' ? (reply.isCut ? 'length' : 'stop') : 'tool_calls';
  if (!ask.stream) {
    const message =
      reply.kind === 'text'
        ? { role: 'assistant', content: reply.text, refusal: null }
        : { role: 'assistant', content: null, refusal: null, tool_calls: [toolCall(reply, ids, output)] };
    const choice = { index: 0, message, logprobs: null, finish_reason: finish };
    const body = { ...head, object: 'chat.completion', choices: [choice], usage };
    return { contentType: 'application/json', chunks: [JSON.stringify(body)] };
  }
  const chunk = (delta: JsonObject, finishReason: string | null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...(ask.includeUsage ? { usage: null } : {}),
  });
  const events: unknown[] = [
    ...deltas(reply, ids, output).map((delta) => chunk(delta, null)),
    chunk({}, finish),
  ];
  if (ask.includeUsage) events.push({ ...head, object: 'chat.completion.chunk', choices: [], usage });
  const chunks = events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
  return { contentType: 'text/event-stream', chunks: [...chunks, 'data: [DONE]\n\n'] };
}

type ToolReply = Extract<Reply, { kind: 'tool-call' }>;

function toolCall(reply: ToolReply, ids: ChatIds, args: string): JsonObject {
  const { name, kind } = reply.tool;
  return kind === 'custom'
    ? { id: `call_${ids.call}`, type: 'custom', custom: { name, input: textOf(reply.args.input) } }
    : { id: `call_${ids.call}`, type: 'function', function: { name, arguments: args } };
}

function deltas(reply: Reply, ids: ChatIds, output: string): readonly JsonObject[] {
  if (reply.kind === 'text') {
    const role = { role: 'assistant', content: '', refusal: null };
    return [role, ...pieces(output).map((content) => ({ content }))];
  }
  if (reply.tool.kind === 'custom') {
    const call = { index: 0, ...toolCall(reply, ids, output) };
    return [{ role: 'assistant', content: null, tool_calls: [call] }];
  }
  const first = { index: 0, ...toolCall(reply, ids, '') };
  return [
    { role: 'assistant', content: null, tool_calls: [first] },
    ...pieces(output).map((part) => ({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
  ];
}
