import type { ProgramRepository } from '@fairlead/core/program';
import { chat, toolConversation } from './conversations.ts';
import type { Seeded } from './seeded.ts';
import type { PlannedCall, Session, SimulatedAssistant, Turn } from './types.ts';

/** What a session is begun with; the rest is drawn. */
export type Beginning = Partial<Omit<Session, 'repository' | 'calls'>> & {
  readonly principal: string;
  readonly repository: ProgramRepository | string;
  /** Changes the calls that the turns lead to. */
  readonly calls?: (calls: readonly PlannedCall[]) => readonly PlannedCall[];
};

const versions: { readonly [assistant in SimulatedAssistant]: readonly string[] } = {
  'claude-code': ['2.1.330', '2.1.330', '2.1.318', '2.1.301'],
  codex: ['0.169.0', '0.169.0', '0.165.2'],
  'copilot-cli': ['6.9.1'],
  opencode: ['1.4.0'],
  'review-bot': ['0.8.2'],
};

const openaiModels = ['gpt-5.5', 'gpt-5.5', 'gpt-5.4'];
const euModel = 'acme-gpt-5.5-eu';

/** A model that the program allows for code of this classification, as far as the assistant speaks its dialect. */
function modelFor(seeded: Seeded, assistant: SimulatedAssistant, classification: string): string {
  const isOpen = classification === 'public' || classification === 'internal';
  if (assistant === 'claude-code') {
    return seeded.pick(['claude-sonnet-5', 'claude-sonnet-5', 'claude-sonnet-5', 'claude-opus-5-5']);
  }
  if (!isOpen) return euModel;
  return assistant === 'codex' ? 'gpt-5.5-codex' : seeded.pick(openaiModels);
}

/** A session with everything that was not given: a model that is allowed, a conversation, and its calls. */
export function beginSession(seeded: Seeded, beginning: Beginning): Session {
  const { repository, calls: change, ...given } = beginning;
  const { id, classification } =
    typeof repository === 'string' ? { id: repository, classification: 'internal' } : repository;
  const restricted = classification === 'restricted';
  const assistant = given.assistant ?? (restricted ? 'copilot-cli' : anyAssistant(seeded));
  const tools = given.tools ?? (!restricted && assistant !== 'opencode' && seeded.chance(0.93));
  const more = seeded.pick([0, 0, 0, 1, 1, 2, 3]);
  const turns = given.turns ?? (tools ? toolConversation(seeded, id, more) : chat(seeded, more + 1));
  const session = {
    id: seeded.uuid(),
    assistant,
    version: seeded.pick(versions[assistant]),
    granted: [id],
    model: modelFor(seeded, assistant, classification),
    webSearch: assistant === 'codex' && ['public', 'internal'].includes(classification),
    oddity: null,
    ...given,
    repository: id,
    tools,
    turns,
  };
  const calls = callsOf(seeded, session.assistant, turns);
  return { ...session, calls: change ? change(calls) : calls };
}

/** Assistants by how many people have each. */
function anyAssistant(seeded: Seeded): SimulatedAssistant {
  return seeded.pick([
    'claude-code',
    'claude-code',
    'claude-code',
    'codex',
    'codex',
    'copilot-cli',
    'copilot-cli',
  ]);
}

/** A plain call of these turns. */
export function plannedCall(seeded: Seeded, turns: number, kind: PlannedCall['kind'] = 'turn'): PlannedCall {
  // Most first bytes come soon, a few take their time.
  const delayMs = seeded.chance(0.12) ? seeded.whole(180, 420) : seeded.whole(15, 120);
  const paceMs = seeded.chance(0.25) ? seeded.whole(1, 3) : 0;
  return { turns, kind, delayMs, paceMs, trouble: null, hangsUp: false, repeats: 0 };
}

/** A call wherever it's the vendor's turn; Claude Code asks for a title first, and counts now and then. */
function callsOf(seeded: Seeded, assistant: SimulatedAssistant, turns: readonly Turn[]): PlannedCall[] {
  const calls: PlannedCall[] = assistant === 'claude-code' ? [plannedCall(seeded, 1, 'title')] : [];
  for (const [at, turn] of turns.entries()) {
    const asks = turn.who !== 'assistant' && turns[at + 1]?.who !== turn.who;
    if (!asks) continue;
    if (assistant === 'claude-code' && seeded.chance(0.05)) calls.push(plannedCall(seeded, at + 1, 'count'));
    calls.push(plannedCall(seeded, at + 1));
  }
  return calls;
}
