import type { ServerResponse } from 'node:http';
import type { Behaviour } from '../support/stub-upstream.ts';

type Json = Record<string, unknown>;
type Event = readonly [name: string | null, data: Json | '[DONE]'];

/**
 * A vendor that has the assistant wait: it asks for `sleep SECONDS` with the assistant's own shell tool, `times` times,
 * then says that it has finished. What a session over many minutes does, in seconds.
 */
export function slowVendor(seconds: number, times: number): Behaviour {
  let asked = 0;
  return (call, response) => {
    const body = JSON.parse(call.body.toString()) as { model: string; tools?: readonly Json[] };
    const wants = (body.tools ?? []).length > 0 && asked < times;
    if (wants) asked += 1;
    const command = `sleep ${seconds}; echo waited-${asked}`;
    const answer = { model: body.model, id: asked, command: wants ? command : null, tools: body.tools ?? [] };
    if (call.url.startsWith('/v1/messages')) send(response, messages(answer));
    else if (call.url.startsWith('/v1/responses')) send(response, responses(answer));
    else send(response, chat(answer));
  };
}

interface Answer {
  readonly model: string;
  readonly id: number;
  /** Null when it has finished. */
  readonly command: string | null;
  readonly tools: readonly Json[];
}

function send(response: ServerResponse, events: readonly Event[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [name, data] of events) {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    response.write(`${name === null ? '' : `event: ${name}\n`}data: ${text}\n\n`);
  }
  response.end();
}

function messages({ model, id, command }: Answer): readonly Event[] {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model, content: [], usage };
  const stop = { stop_reason: command === null ? 'end_turn' : 'tool_use', stop_sequence: null };
  const block =
    command === null
      ? { type: 'text', text: '' }
      : { type: 'tool_use', id: `toolu_${id}`, name: 'Bash', input: {} };
  const delta =
    command === null
      ? { type: 'text_delta', text: 'finished' }
      : { type: 'input_json_delta', partial_json: JSON.stringify({ command, description: 'Wait' }) };
  return [
    [
      'message_start',
      { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null } },
    ],
    ['content_block_start', { type: 'content_block_start', index: 0, content_block: block }],
    ['content_block_delta', { type: 'content_block_delta', index: 0, delta }],
    ['content_block_stop', { type: 'content_block_stop', index: 0 }],
    ['message_delta', { type: 'message_delta', delta: stop, usage: { output_tokens: 2 } }],
    ['message_stop', { type: 'message_stop' }],
  ];
}

function responses({ model, id, command, tools }: Answer): readonly Event[] {
  const names = tools.map(({ name }) => String(name));
  const shell = names.find((name) => /^(?:exec_command|bash|shell)$/.test(name)) ?? 'exec_command';
  const call = shell === 'exec_command' ? { cmd: command, yield_time_ms: 30_000 } : shellCall(command);
  const item: Json =
    command === null
      ? {
          type: 'message',
          id: `msg_${id}`,
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'finished', annotations: [] }],
        }
      : {
          type: 'function_call',
          id: `fc_${id}`,
          call_id: `call_${id}`,
          name: shell,
          arguments: JSON.stringify(call),
          status: 'completed',
        };
  const usage = {
    input_tokens: 1,
    output_tokens: 1,
    total_tokens: 2,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  };
  const whole = (status: string, output: readonly Json[]) => ({
    ...{ id: `resp_${id}`, object: 'response', created_at: 1, status, model, output, usage },
  });
  return [
    [
      'response.created',
      { type: 'response.created', sequence_number: 0, response: whole('in_progress', []) },
    ],
    [
      'response.output_item.added',
      { type: 'response.output_item.added', sequence_number: 1, output_index: 0, item },
    ],
    [
      'response.output_item.done',
      { type: 'response.output_item.done', sequence_number: 2, output_index: 0, item },
    ],
    [
      'response.completed',
      { type: 'response.completed', sequence_number: 3, response: whole('completed', [item]) },
    ],
  ];
}

function shellCall(command: string | null): Json {
  return { command, description: 'Wait', mode: 'sync', initial_wait: 30 };
}

function chat({ model, id, command }: Answer): readonly Event[] {
  const call = {
    index: 0,
    id: `call_${id}`,
    type: 'function',
    function: { name: 'bash', arguments: JSON.stringify(shellCall(command)) },
  };
  const delta = command === null ? { content: 'finished' } : { tool_calls: [call] };
  const chunk = (choices: readonly Json[], more: Json = {}) => ({
    ...{ id: `chat_${id}`, object: 'chat.completion.chunk', created: 1, model, choices },
    ...more,
  });
  const end = command === null ? 'stop' : 'tool_calls';
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  return [
    [null, chunk([{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }])],
    [null, chunk([{ index: 0, delta: {}, finish_reason: end }])],
    [null, chunk([], { usage })],
    [null, '[DONE]'],
  ];
}
