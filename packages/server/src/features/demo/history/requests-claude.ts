import { claudeUse, instructions, schemaOf, tools } from './equipment.ts';

import type { RequestParts, Session, Turn, WireRequest } from './types.ts';

function headersOf({ id, version, oddity }: Session, beta: string): Record<string, string> {
  const headers: Record<string, string> = {
    'anthropic-version': '2023-06-01',
    'anthropic-beta': beta,
    'user-agent': `claude-cli/${version} (external, cli)`,
    'x-app': 'cli',
    'x-claude-code-session-id': id,
    'x-stainless-lang': 'js',
  };
  if (oddity?.is === 'other-claim') headers['x-fairlead-repository'] = oddity.repository;
  return headers;
}

function contentOf(turn: Turn, at: number, suffix: string): { role: string; content: readonly object[] } {
  if (turn.who === 'person') {
    const reminder = { type: 'text', text: '<system-reminder>\nThe branch is not main.\n</system-reminder>' };
    const said = { type: 'text', text: turn.text + suffix };
    return { role: 'user', content: at === 0 ? [reminder, said] : [said] };
  }
  if (turn.who === 'tool') {
    const result = { type: 'tool_result', tool_use_id: `toolu_${at - 1}`, content: turn.text + suffix };
    return { role: 'user', content: [result] };
  }
  if ('text' in turn) return { role: 'assistant', content: [{ type: 'text', text: turn.text }] };
  const { name, input } = claudeUse(turn.action);
  return { role: 'assistant', content: [{ type: 'tool_use', id: `toolu_${at}`, name, input }] };
}

function declared(session: Session): readonly object[] {
  const own = session.tools
    ? tools.claude.map((tool) => ({
        name: tool.name,
        description: tool.description,
        input_schema: schemaOf(tool),
      }))
    : [];
  if (session.oddity?.is !== 'mcp-server') return own;
  const name = `mcp__${session.oddity.server}__navigate`;
  return [...own, { name, description: 'Opens a page.', input_schema: { type: 'object', properties: {} } }];
}

/** A call as Claude Code makes it: Messages, with the session in a header and in the body. */
export function claudeRequest({ session, call, suffix }: RequestParts): WireRequest {
  const ids = { device_id: 'demo', account_uuid: '', session_id: session.id };
  const metadata = { user_id: JSON.stringify(ids) };
  if (call.kind === 'title') {
    const first = session.turns[0];
    const text = `${first && 'text' in first ? first.text.slice(0, 400) : ''}${suffix}`;
    return {
      path: '/v1/messages?beta=true',
      headers: headersOf(session, 'interleaved-thinking-2025-05-14'),
      body: {
        model: 'claude-haiku-4-5',
        max_tokens: 512,
        system: [{ type: 'text', text: 'Say in at most six words what this conversation is about.' }],
        messages: [{ role: 'user', content: [{ type: 'text', text }] }],
        metadata,
        stream: true,
      },
    };
  }
  const sent = session.turns.slice(0, call.turns);
  const messages = sent.map((turn, at) => contentOf(turn, at, at === sent.length - 1 ? suffix : ''));
  const shared = { model: session.model, system: systemOf(session), messages, tools: declared(session) };
  const beta = 'claude-code-20250219,interleaved-thinking-2025-05-14';
  return call.kind === 'count'
    ? { path: '/v1/messages/count_tokens?beta=true', headers: headersOf(session, beta), body: shared }
    : {
        path: '/v1/messages?beta=true',
        headers: headersOf(session, beta),
        body: { ...shared, metadata, max_tokens: 32_000, stream: true },
      };
}

function systemOf({ repository }: Session): readonly object[] {
  return [
    { type: 'text', text: instructions.claude, cache_control: { type: 'ephemeral' } },
    { type: 'text', text: `# Environment\nWorking directory: /home/dev/src/${repository.split('/').at(-1)}` },
  ];
}
