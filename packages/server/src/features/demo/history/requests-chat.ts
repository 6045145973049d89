import { copilotUse, instructions, schemaOf, tools } from './equipment.ts';

import type { RequestParts, Session, Turn, WireRequest } from './types.ts';

function messageOf(turn: Turn, at: number, suffix: string): object {
  if (turn.who === 'person') return { role: 'user', content: turn.text + suffix };
  if (turn.who === 'tool') {
    return { role: 'tool', tool_call_id: `call_${at - 1}`, content: turn.text + suffix };
  }
  if ('text' in turn) return { role: 'assistant', content: turn.text };
  const { name, input } = copilotUse(turn.action);
  const call = { id: `call_${at}`, type: 'function', function: { name, arguments: JSON.stringify(input) } };
  return { role: 'assistant', content: null, tool_calls: [call] };
}

function declared(session: Session): { tools?: readonly object[] } {
  const own = session.tools
    ? tools.copilot.map((tool) => ({
        type: 'function',
        function: { name: tool.name, description: tool.description, parameters: schemaOf(tool) },
      }))
    : [];
  const server = session.oddity?.is === 'mcp-server' ? session.oddity.server : null;
  const remote = {
    name: `mcp__${server}__navigate`,
    description: 'Opens a page.',
    parameters: { type: 'object' },
  };
  const all = server === null ? own : [...own, { type: 'function', function: remote }];
  return all.length > 0 ? { tools: all } : {};
}

/** A call as Copilot CLI and plainer clients make it: Chat Completions, without any session of its own. */
export function chatRequest({ session, call, suffix }: RequestParts): WireRequest {
  const isCopilot = session.assistant === 'copilot-cli';
  const sent = session.turns.slice(0, call.turns);
  const system = { role: 'system', content: isCopilot ? instructions.copilot : instructions.plain };
  // Copilot opens with the time, by which two conversations of the same words stay apart; this one with an id.
  const opening = { role: 'user', content: `<conversation>${session.id}</conversation>` };
  const messages = sent.map((turn, at) => messageOf(turn, at, at === sent.length - 1 ? suffix : ''));
  return {
    path: '/v1/chat/completions',
    headers: {
      'user-agent': isCopilot ? `OpenAI/JS ${session.version}` : `${session.assistant}/${session.version}`,
    },
    body: {
      model: session.model,
      messages: [system, ...(isCopilot ? [opening] : []), ...messages],
      ...declared(session),
      temperature: 1,
      max_tokens: 32_000,
      stream: true,
      stream_options: { include_usage: true },
    },
  };
}
