import { codexCommand, codexPatch, instructions, schemaOf, tools } from './equipment.ts';

import type { RequestParts, Session, Turn, WireRequest } from './types.ts';

function turnMetadata(session: Session): string {
  const [host, owner, name] = session.repository.split('/');
  const remotes = { origin: `git@${host}:${owner}/${name}.git` };
  const other = session.oddity?.is === 'other-remote' ? { upstream: session.oddity.remote } : {};
  const workspace = { associated_remote_urls: { ...remotes, ...other }, has_changes: true };
  return JSON.stringify({
    session_id: session.id,
    turn_id: session.id.slice(0, 8),
    workspaces: { [`/home/dev/src/${name}`]: workspace },
    sandbox: 'workspace-write',
  });
}

function itemsOf(turn: Turn, at: number, suffix: string, patched: boolean): object {
  const text = (kind: string, role: string, said: string) => ({
    type: 'message',
    role,
    content: [{ type: kind, text: said }],
  });
  if (turn.who === 'person') return text('input_text', 'user', turn.text + suffix);
  if (turn.who === 'tool') {
    const output = turn.text + suffix;
    return patched
      ? { type: 'custom_tool_call_output', call_id: `call_${at - 1}`, output }
      : { type: 'function_call_output', call_id: `call_${at - 1}`, output };
  }
  if ('text' in turn) return text('output_text', 'assistant', turn.text);
  const { action } = turn;
  const call = { call_id: `call_${at}`, status: 'completed' };
  return action.act === 'edit'
    ? { type: 'custom_tool_call', ...call, name: 'apply_patch', input: codexPatch(action) }
    : {
        type: 'function_call',
        ...call,
        name: 'exec_command',
        arguments: JSON.stringify({ cmd: codexCommand(action) }),
      };
}

function declared({ tools: agent, webSearch }: Session): readonly object[] {
  const functions = tools.codex.map((tool) => ({
    type: 'function',
    name: tool.name,
    description: tool.description,
    strict: false,
    parameters: schemaOf(tool),
  }));
  const patch = {
    type: 'custom',
    name: 'apply_patch',
    description: 'Edits files by a patch.',
    format: { type: 'text' },
  };
  return [
    ...(agent ? [...functions, patch] : []),
    ...(webSearch ? [{ type: 'web_search', external_web_access: false }] : []),
  ];
}

/** A call as Codex makes it: Responses, with its session and its workspaces' remotes in headers and body. */
export function codexRequest({ session, call, suffix }: RequestParts): WireRequest {
  const sent = session.turns.slice(0, call.turns);
  const isPatch = (at: number) => {
    const turn = session.turns[at - 1];
    return turn !== undefined && 'action' in turn && turn.action.act === 'edit';
  };
  const items = sent.map((turn, at) => itemsOf(turn, at, at === sent.length - 1 ? suffix : '', isPatch(at)));
  const metadata = turnMetadata(session);
  const developer = {
    type: 'message',
    role: 'developer',
    content: [{ type: 'input_text', text: instructions.codex }],
  };
  const stored =
    session.oddity?.is === 'stored-response' ? { previous_response_id: 'resp_of_yesterday' } : {};
  return {
    path: '/v1/responses',
    headers: {
      'user-agent': `codex_cli_rs/${session.version} (Debian 13; x86_64) xterm`,
      originator: 'codex_cli_rs',
      'session-id': session.id,
      'thread-id': session.id,
      'x-codex-turn-metadata': metadata,
    },
    body: {
      model: session.model,
      stream: true,
      input: [developer, ...items],
      tools: declared(session),
      tool_choice: 'auto',
      parallel_tool_calls: true,
      reasoning: { effort: 'medium' },
      store: false,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: session.id,
      client_metadata: { session_id: session.id, 'x-codex-turn-metadata': metadata },
      ...stored,
    },
  };
}
