import { type ChangeHistory, type DeliveryFacts, type KpiRow, timeOf } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import {
  connectedSources,
  measureTasks,
  type TaskFact,
  type TaskInput,
  taskKpiRows,
  taskSources,
} from '@fairlead/core/tasks';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';
import { nodeHash } from '../../platform/crypto/index.ts';
import { type DeliveryStore, unmappedTeam } from '../delivery/api.ts';
import { withAtomLog } from './atom-log.ts';
import type { ProvenanceDocument, TaskFigures, TaskRowsQuery } from './types.ts';
import type { LedgerUsage } from './usage.ts';

/** Someone who may use assistants, by the pseudonym that the ledger has of them. Seconds since the epoch. */
export interface Enrolled {
  readonly pseudonym: string;
  readonly principal: string;
  readonly from: number;
  readonly until: number | null;
}

/** Where figures of tasks come from; every call reads what is there by then. */
export interface TaskReadings {
  delivery(): Promise<DeliveryFacts>;
  facts(): Promise<readonly TaskFact[]>;
  usage(): Promise<LedgerUsage>;
  enrolled(): Promise<readonly Enrolled[]>;
  /** Pseudonyms that delivery facts have of these logins, where they have one. */
  deliveryPseudonyms(logins: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface TaskFiguresDeps {
  readonly readings: TaskReadings;
  /** Logins of assistants' own accounts. */
  readonly agentAccounts: readonly string[];
  readonly names: RepositoryNames;
  readonly teamOf: (repository: string) => string;
  /** Team of a member of the program; null: none. */
  readonly teamOfMember: (principal: string) => string | null;
  /** Seconds since the epoch. */
  readonly now: () => number;
  readonly closedAtoms: DeliveryStore['closedAtoms'];
  /** Names the way in which repositories belong to teams: published atoms are kept by it. */
  readonly tree?: string | undefined;
}

export function createTaskFigures(deps: TaskFiguresDeps): TaskFigures {
  return {
    taskRows: (query) => taskRows(deps, query),
    async sources() {
      const connected = connectedSources(await gather(deps));
      return taskSources.map((source) => ({ source, connected: connected.has(source) }));
    },
    provenance: (change) => provenance(deps, change),
  };
}

async function taskRows(deps: TaskFiguresDeps, { from, to, by }: TaskRowsQuery): Promise<readonly KpiRow[]> {
  if (!(from < to)) throw new FairleadError('delivery.window-invalid');
  const input = await gather(deps);
  const options = { now: deps.now(), teamOf: deps.teamOf };
  return withAtomLog(deps.closedAtoms, deps.tree ?? 'program', (log) =>
    taskKpiRows(input, options, { from, to, by }, log),
  );
}

async function provenance(deps: TaskFiguresDeps, name: string): Promise<ProvenanceDocument> {
  const match = /^(.+)#(\d{1,9})$/.exec(name);
  const repository = normaliseRepository(match?.[1] ?? name, deps.names);
  if (match === null || repository === null) throw new FairleadError('delivery.repository-invalid');
  const input = await gather(deps);
  const isAsked = ({ change }: ChangeHistory) =>
    change.repository === repository && change.number === Number(match[2]);
  const history = input.delivery.histories.find(isAsked);
  if (history === undefined) throw new FairleadError('delivery.change-unknown');
  const { provenances, tasks } = measureTasks(input, { now: deps.now(), teamOf: deps.teamOf });
  const found = provenances.get(history.change.id)!;
  return {
    change: `${repository}#${history.change.number}`,
    ...found,
    tasks: tasks.filter(({ change }) => change?.change.id === history.change.id).map(({ id }) => id),
  };
}

/** Everything that figures are computed from, with one pseudonym a person throughout. */
async function gather(deps: TaskFiguresDeps): Promise<TaskInput> {
  const { readings, agentAccounts, teamOfMember } = deps;
  const [delivery, facts, usage, enrolled] = await Promise.all([
    readings.delivery(),
    readings.facts(),
    readings.usage(),
    readings.enrolled(),
  ]);
  const logins = [...enrolled.map(({ principal }) => principal), ...agentAccounts].map((login) =>
    login.toLowerCase(),
  );
  const known = await readings.deliveryPseudonyms([...new Set(logins)]);
  const personOf = new Map(
    enrolled.flatMap(({ pseudonym, principal }) => {
      const person = known.get(principal.toLowerCase());
      return person === undefined ? [] : [[pseudonym, person] as const];
    }),
  );
  const person = (pseudonym: string) => personOf.get(pseudonym) ?? pseudonym;
  const accounts = agentAccounts.flatMap((login) => [
    login.toLowerCase(),
    known.get(login.toLowerCase()) ?? '',
  ]);
  return {
    delivery,
    facts: withEnds(facts, usage),
    calls: usage.calls.map((call) =>
      call.person === null ? call : { ...call, person: person(call.person) },
    ),
    enrolments: enrolled.map(({ pseudonym, principal, from, until }) => ({
      ...{ person: person(pseudonym), from, until },
      team: teamOfMember(principal) ?? unmappedTeam,
    })),
    agentAccounts: new Set(accounts.filter((login) => login !== '')),
    sessionAliases: notedSessions(usage),
  };
}

/** A stay whose end nobody reported lasts until the session's last call. */
function withEnds(facts: readonly TaskFact[], { calls }: LedgerUsage): readonly TaskFact[] {
  const last = new Map<string, number>();
  for (const { session, at } of calls) {
    if (session !== null) last.set(session, Math.max(last.get(session) ?? at, at));
  }
  return facts.map((fact) => {
    const end = fact.type === 'session' && fact.until === undefined ? last.get(fact.session) : undefined;
    return end === undefined ? fact : { ...fact, until: timeOf(end) };
  });
}

/** How git-ai names the tools that the ledger knows as assistants. */
const noteTools: { readonly [assistant: string]: readonly string[] } = {
  'claude-code': ['claude', 'claude-code'],
  codex: ['codex'],
  'copilot-cli': ['copilot_cli', 'copilot-cli', 'github-copilot'],
  cursor: ['cursor'],
  opencode: ['opencode'],
};

/** git-ai names a session by a hash of its tool and conversation: `s_` and 14 hex digits, 16 digits in older notes. */
function notedSessions({ assistants }: LedgerUsage): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const [session, assistant] of assistants) {
    for (const tool of noteTools[assistant] ?? [assistant]) {
      const digest = Buffer.from(nodeHash.sha256(Buffer.from(`${tool}:${session}`))).toString('hex');
      aliases.set(`s_${digest.slice(0, 14)}`, session);
      aliases.set(digest.slice(0, 16), session);
    }
  }
  return aliases;
}
