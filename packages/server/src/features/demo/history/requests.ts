import { type Direction, directionText } from '../sample-directions.ts';
import { claudeUse, codexCommand, codexPatch, copilotUse } from './equipment.ts';
import { chatRequest } from './requests-chat.ts';
import { claudeRequest } from './requests-claude.ts';
import { codexRequest } from './requests-codex.ts';
import type { Action, PlannedCall, Session, SimulatedAssistant, WireRequest } from './types.ts';

const builders: { readonly [assistant in SimulatedAssistant]: typeof claudeRequest } = {
  'claude-code': claudeRequest,
  codex: codexRequest,
  'copilot-cli': chatRequest,
  opencode: chatRequest,
  'review-bot': chatRequest,
};

/** A request with its bytes. */
export interface Prepared {
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly bytes: Buffer;
}

/**
 * One call of a session as its assistant would send it, with the direction that makes the sample vendor answer what
 * the conversation goes on with.
 * @param word the sample vendor's word
 * @param cached tokens of the session's last call, which a vendor would have cached
 */
export function prepareRequest(session: Session, call: PlannedCall, word: string, cached: number): Prepared {
  const suffix = `\n${directionText(word, directionOf(session, call, cached))}`;
  const request: WireRequest = builders[session.assistant]({ session, call, suffix });
  const json = JSON.stringify(request.body);
  // A client that writes a key twice: two readers would take the body in different ways.
  const text = session.oddity?.is === 'duplicate-key' ? `{"stream":false,${json.slice(1)}` : json;
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', ...request.headers };
  return { path: request.path, headers, bytes: Buffer.from(text) };
}

const titleTokens = 9;

function directionOf(session: Session, call: PlannedCall, cached: number): Direction {
  const { delayMs, paceMs, trouble } = call;
  const shared = { cached, delayMs, paceMs, trouble };
  const next = call.kind === 'turn' ? session.turns[call.turns] : undefined;
  if (next === undefined) return { ...shared, tokens: titleTokens, tool: null };
  if ('text' in next) return { ...shared, tokens: tokensOf(next.text), tool: null };
  const { tool, written } = useOf(session.assistant, next.action);
  return { ...shared, tokens: tokensOf(written), tool };
}

function tokensOf(text: string): number {
  return Math.max(12, Math.ceil(text.length / 4));
}

/** The tool that the assistant uses for an action, and the arguments as they would be written. */
function useOf(assistant: SimulatedAssistant, action: Action): { tool: string; written: string } {
  if (assistant === 'codex') {
    return action.act === 'edit'
      ? { tool: 'apply_patch', written: codexPatch(action) }
      : { tool: 'exec_command', written: codexCommand(action) };
  }
  const { name, input } = assistant === 'claude-code' ? claudeUse(action) : copilotUse(action);
  return { tool: name, written: JSON.stringify(input) };
}
