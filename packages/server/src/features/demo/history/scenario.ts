import type { Program } from '@fairlead/core/program';
import { obstacles } from './obstacles.ts';
import { type Colleague, drawStaff, type Staff } from './people.ts';
import { createSeeded, type Seeded } from './seeded.ts';
import { beginSession } from './sessions.ts';
import type { PlannedCall, Scenario, Session } from './types.ts';

/** Allowed calls of a scenario, about; the refused ones come on top. */
const wantedCalls = 420;
const people = 36;

/** A day's work at the organisation of the example program, in the order in which it begins. Depends on nothing else. */
export function scenarioOf(program: Program, seed: string): Scenario {
  const seeded = createSeeded(seed);
  const staff = drawStaff(program, seeded, people);
  const ordinary = ordinarySessions(staff, seeded);
  const [first, second, ...rest] = ordinary;
  const mixed = seeded.shuffled([...rest, ...obstacles(program, staff, seeded)]);
  // The day opens with work that goes well.
  const sessions = [first, second, ...mixed].filter((session) => session !== undefined);
  return { seed, sessions, calls: sessions.reduce((sum, { calls }) => sum + countOf(calls), 0) };
}

function countOf(calls: readonly PlannedCall[]): number {
  return calls.reduce((sum, { repeats }) => sum + 1 + repeats, 0);
}

function ordinarySessions({ included }: Staff, seeded: Seeded): Session[] {
  const sessions: Session[] = [];
  const assistants = new Map<string, Session['assistant']>();
  let count = 0;
  for (let at = 0; count < wantedCalls; at += 1) {
    // Everyone once, and from then on whoever has more to do.
    const colleague = included[at] ?? seeded.pick(included);
    const session = ordinarySession(colleague, seeded, assistants.get(colleague.principal));
    if (session.tools) assistants.set(colleague.principal, session.assistant);
    sessions.push(session);
    count += countOf(session.calls);
  }
  return sessions;
}

/** One session that goes through; people keep to their assistant, but for restricted code. */
function ordinarySession(
  { principal, repositories }: Colleague,
  seeded: Seeded,
  usual: Session['assistant'] | undefined,
): Session {
  const listed = repositories.filter(({ allowlisted }) => allowlisted);
  const repository = seeded.pick(listed);
  const assistant = repository.classification === 'restricted' ? undefined : usual;
  // A key for Codex may be good for all of a team's repositories: Codex says in which of them it works.
  const siblings = listed.filter(({ classification }) => classification === repository.classification);
  const granted =
    assistant === 'codex' && seeded.chance(0.5) ? siblings.map(({ id }) => id) : [repository.id];
  return beginSession(seeded, {
    principal,
    repository,
    granted,
    ...(assistant ? { assistant } : {}),
    calls: (calls) => withMishaps(seeded, calls),
  });
}

const troubles = ['overloaded', 'overloaded', 'rate-limited', 'failed', 'cut'] as const;

/** Now and then a vendor fails, and the client tries again; or the person breaks off, and asks again. */
function withMishaps(seeded: Seeded, calls: readonly PlannedCall[]): readonly PlannedCall[] {
  return calls.flatMap((call) => {
    if (call.kind !== 'turn') return [call];
    if (seeded.chance(0.025)) return [{ ...call, trouble: seeded.pick(troubles) }, call];
    if (seeded.chance(0.03)) return [{ ...call, hangsUp: true, paceMs: 30 }, call];
    return [call];
  });
}
