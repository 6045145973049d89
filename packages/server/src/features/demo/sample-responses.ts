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
  type SampleTool,
  textOf,
} from './sample-types.ts';

/** Reads a Responses request. Throws {@link BadAsk} when `input` is neither a string nor an array. */
export function readResponses(body: JsonObject, inputTokens: number): Ask {
  const { input } = body;
  if (typeof input !== 'string' && !Array.isArray(input)) {
    throw new BadAsk("Missing required parameter: 'input'.");
  }
  const steps: readonly Step[] =
    typeof input === 'string' ? [{ kind: 'user', text: input }] : objectsOf(input).flatMap(readItem);
  return {
    model: textOf(body.model),
    stream: body.stream === true,
    includeUsage: true,
    tools: objectsOf(body.tools).flatMap((tool) => readTool(tool, null)),
    inputTokens,
    outputLimit: limitOf(body, 'max_output_tokens'),
    ...lastWords(steps),
  };
}

function readItem(item: JsonObject): Step[] {
  if (item.role === 'user') return [{ kind: 'user', text: contentText(item.content) }];
  const isResult = typeof item.type === 'string' && item.type.endsWith('_call_output');
  return isResult ? [{ kind: 'tool-result', text: contentText(item.output) }] : [];
}

function readTool(tool: JsonObject, namespace: string | null): SampleTool[] {
  if (tool.type === 'namespace') {
    return objectsOf(tool.tools).flatMap((inner) => readTool(inner, textOf(tool.name)));
  }
  const name = textOf(tool.name);
  if (tool.type === 'local_shell') {
    return [{ name: 'local_shell', namespace, kind: 'local-shell', schema: {} }];
  }
  if (tool.type === 'custom') return [{ name, namespace, kind: 'custom', schema: {} }];
  if (tool.type !== 'function') return [];
  const schema = isObject(tool.parameters) ? tool.parameters : {};
  return [{ name, namespace, kind: 'function', schema }];
}

/** Renders the answer as one `response`, or as the events from `response.created` to `response.completed`. */
export function renderResponses(ask: Ask, reply: Reply, ids: ChatIds): Rendered {
  const output = reply.kind === 'text' ? reply.text : JSON.stringify(reply.args);
  const outputTokens = Math.max(1, Math.ceil(output.length / 4));
  const usage = {
    input_tokens: ask.inputTokens,
    input_tokens_details: { cached_tokens: cachedTokensOf(ask) },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: ask.inputTokens + outputTokens,
  };
  const response = (status: string, items: readonly JsonObject[], used: JsonObject | null): JsonObject => ({
    id: `resp_${ids.answer}`,
    object: 'response',
    created_at: ids.created,
    status,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    model: ask.model,
    output: items,
    parallel_tool_calls: false,
    previous_response_id: null,
    store: false,
    tool_choice: 'auto',
    tools: [],
    usage: used,
    metadata: {},
  });
  const item = reply.kind === 'text' ? messageItem(output, ids) : callItem(reply, ids, output);
  const end = reply.kind === 'text' && reply.isCut ? 'incomplete' : 'completed';
  const completed = response(end, [item], usage);
  if (!ask.stream) return { contentType: 'application/json', chunks: [JSON.stringify(completed)] };
  const events: ({ type: string } & JsonObject)[] = [
    { type: 'response.created', response: response('in_progress', [], null) },
    { type: 'response.in_progress', response: response('in_progress', [], null) },
    ...(reply.kind === 'text' ? messageEvents(output, item) : callEvents(reply, item, output)),
    { type: 'response.output_item.done', output_index: 0, item },
    { type: `response.${end}`, response: completed },
  ];
  const chunks = events.map((event, index) => namedEvent({ ...event, sequence_number: index }));
  return { contentType: 'text/event-stream', chunks };
}

function messageItem(output: string, ids: ChatIds): JsonObject {
  const part = { type: 'output_text', text: output, annotations: [], logprobs: [] };
  return {
    id: `msg_${ids.answer}`,
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [part],
  };
}

type ToolReply = Extract<Reply, { kind: 'tool-call' }>;
type NamedEvent = { type: string } & JsonObject;

function callItem(reply: ToolReply, ids: ChatIds, output: string): JsonObject {
  const { name, namespace, kind } = reply.tool;
  const common = { status: 'completed', call_id: `call_${ids.call}` };
  const named = namespace === null ? { name } : { name, namespace };
  if (kind === 'local-shell') {
    const command = ['bash', '-c', textOf(reply.args.input)];
    const action = { type: 'exec', command, env: {}, timeout_ms: 10_000 };
    return { id: `lsh_${ids.call}`, type: 'local_shell_call', ...common, action };
  }
  if (kind === 'custom') {
    const input = textOf(reply.args.input);
    return { id: `ctc_${ids.call}`, type: 'custom_tool_call', ...common, ...named, input };
  }
  return { id: `fc_${ids.call}`, type: 'function_call', ...common, ...named, arguments: output };
}

function messageEvents(output: string, item: JsonObject): readonly NamedEvent[] {
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
  return [
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...item, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...at, part },
    ...pieces(output).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text: output, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: { ...part, text: output } },
  ];
}

function callEvents(reply: ToolReply, item: JsonObject, output: string): readonly NamedEvent[] {
  const at = { item_id: item.id, output_index: 0 };
  const added = (empty: JsonObject): NamedEvent => ({
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...item, status: 'in_progress', ...empty },
  });
  if (reply.tool.kind === 'local-shell') return [added({})];
  if (reply.tool.kind === 'custom') {
    const input = textOf(reply.args.input);
    return [
      added({ input: '' }),
      { type: 'response.custom_tool_call_input.delta', ...at, delta: input },
      { type: 'response.custom_tool_call_input.done', ...at, input },
    ];
  }
  return [
    added({ arguments: '' }),
    ...pieces(output).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
    { type: 'response.function_call_arguments.done', ...at, arguments: output },
  ];
}
