import {
  type ChangeHistory,
  type DeliveryFacts,
  type KpiRow,
  timeOf,
  waitingNote,
} from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import {
  connectedSources,
  type Enrolment,
  followColumns,
  measureTasks,
  type TaskFact,
  type TaskInput,
  type TaskSource,
  taskKpiRows,
  taskSources,
} from '@fairlead/core/tasks';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';
import { type DeliveryStore, requireWindow, unmappedTeam } from '../delivery/api.ts';
import { withAtomLog } from './atom-log.ts';
import type { FollowedLedger } from './snapshot/calls.ts';
import { factBodies, smallFacts } from './snapshot/facts.ts';
import { type SnapshotFollowing, snapshotRows } from './snapshot/figures.ts';
import { heldFacts, holdFacts } from './snapshot/monthly.ts';
import { aliasesOf } from './snapshot/sessions.ts';
import type { TaskSnapshot } from './snapshot/snapshot.ts';
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
  /** The ledger, for as long as it's used; null while there is none. */
  withLedger<Value>(use: (ledger: FollowedLedger | null) => Promise<Value>): Promise<Value>;
  enrolled(): Promise<readonly Enrolled[]>;
  /** Pseudonyms that delivery facts have of these logins, where they have one. */
  deliveryPseudonyms(logins: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface TaskFiguresDeps {
  readonly readings: TaskReadings;
  /** What is measured of facts and ledger; null: everything is read anew. */
  readonly snapshot: TaskSnapshot | null;
  /** The snapshot is another one's: it's followed only as that one measures it. */
  readonly isGuest?: boolean | undefined;
  /** Logins of assistants' own accounts. */
  readonly agentAccounts: readonly string[];
  readonly names: RepositoryNames;
  readonly teamOf: (repository: string) => string;
  /** False: nothing says which team owns a repository. */
  readonly teamsKnown?: boolean | undefined;
  /** Team of a member of the program; null: none. */
  readonly teamOfMember: (principal: string) => string | null;
  /** Seconds since the epoch. */
  readonly now: () => number;
  readonly closedAtoms: DeliveryStore['closedAtoms'];
  /** When published figures count what comes late; at once unless told. */
  readonly lateFacts?: DeliveryStore['lateFacts'] | undefined;
  /** Names the way in which repositories belong to teams: published atoms are kept by it. */
  readonly tree?: string | undefined;
}

export function createTaskFigures(deps: TaskFiguresDeps): TaskFigures {
  const { snapshot } = deps;
  const following =
    snapshot === null
      ? null
      : { snapshot, columns: followColumns(), facts: smallFacts(snapshot.db, snapshot.columns) };
  return {
    taskRows: (query) => taskRows(deps, following, query),
    async sources() {
      const connected = await connectedOf(deps, following);
      return taskSources.map((source) => ({ source, connected: connected.has(source) }));
    },
    provenance: (change) => provenance(deps, change),
  };
}

type Following = SnapshotFollowing & { readonly snapshot: TaskSnapshot };

async function connectedOf(
  deps: TaskFiguresDeps,
  following: Following | null,
): Promise<ReadonlySet<TaskSource>> {
  const who = await whoIsWho(deps);
  if (following === null || !(await mayFollow(deps, following.snapshot, who))) {
    return connectedSources(await gather(deps));
  }
  return (await followed(deps, following, who)).facts.connected;
}

async function taskRows(
  deps: TaskFiguresDeps,
  following: Following | null,
  query: TaskRowsQuery,
): Promise<readonly KpiRow[]> {
  const { from, to, by, intervals } = query;
  requireWindow({ from, to });
  const { closedAtoms, tree = 'program', teamOf, teamsKnown } = deps;
  const window = { from, to, by, intervals, teamsKnown };
  const now = deps.now();
  const who = await whoIsWho(deps);
  if (following !== null && (await mayFollow(deps, following.snapshot, who))) {
    const { facts, isWaiting } = await followed(deps, following, who);
    const asked = { query: window, ...who, teamOf, now, closedAtoms, tree };
    const rows = await snapshotRows(following.snapshot, following, facts, asked);
    return isWaiting ? rows.map(withWaitingNote) : rows;
  }
  const input = await gather(deps);
  return withAtomLog(closedAtoms, tree, (log) => taskKpiRows(input, { now, teamOf }, window, log));
}

/** A command whose program has other accounts than the server's reads everything anew rather than measure all again. */
async function mayFollow(
  { isGuest }: TaskFiguresDeps,
  snapshot: TaskSnapshot,
  { agentAccounts }: WhoIsWho,
): Promise<boolean> {
  return isGuest !== true || (await snapshot.isOf(agentAccounts));
}

/** Follows the facts, or with figures that are restated monthly leaves what is published as it is. */
async function followed(deps: TaskFiguresDeps, { snapshot, facts }: Following, who: WhoIsWho) {
  const { closedAtoms, lateFacts, tree = 'program' } = deps;
  const query = { tree, now: deps.now(), closedAtoms };
  const isMonthly = (await lateFacts?.()) === 'monthly';
  const held = isMonthly ? await heldFacts(snapshot.db, query) : null;
  if (held !== null && (await snapshot.isOf(who.agentAccounts)) && (await snapshot.load())) {
    return { facts: await facts(held), isWaiting: await snapshot.isBehind() };
  }
  await follow(deps, snapshot, who);
  const bodies = await factBodies(snapshot.db);
  if (isMonthly) await holdFacts(snapshot.db, query, bodies);
  return { facts: await facts(bodies), isWaiting: false };
}

function withWaitingNote(row: KpiRow): KpiRow {
  return row.value === null
    ? row
    : { ...row, note: [row.note, waitingNote].filter((text) => text !== '').join('; ') };
}

async function follow(
  { readings, now }: TaskFiguresDeps,
  snapshot: TaskSnapshot,
  { agentAccounts }: WhoIsWho,
): Promise<void> {
  await readings.withLedger((ledger) => snapshot.follow({ ledger, agentAccounts, now: now() }));
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

interface WhoIsWho {
  readonly enrolments: readonly Enrolment[];
  /** By the ledger's pseudonym of someone, the one that delivery facts have. */
  readonly personOf: ReadonlyMap<string, string>;
  readonly agentAccounts: ReadonlySet<string>;
}

/** One pseudonym a person, and one name an account. */
async function whoIsWho({ readings, agentAccounts, teamOfMember }: TaskFiguresDeps): Promise<WhoIsWho> {
  const enrolled = await readings.enrolled();
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
  const accounts = agentAccounts.flatMap((login) => [
    login.toLowerCase(),
    known.get(login.toLowerCase()) ?? '',
  ]);
  return {
    personOf,
    enrolments: enrolled.map(({ pseudonym, principal, from, until }) => ({
      ...{ person: personOf.get(pseudonym) ?? pseudonym, from, until },
      team: teamOfMember(principal) ?? unmappedTeam,
    })),
    agentAccounts: new Set(accounts.filter((login) => login !== '')),
  };
}

/** Everything that figures are computed from, with one pseudonym a person throughout. */
async function gather(deps: TaskFiguresDeps): Promise<TaskInput> {
  const { readings } = deps;
  const [delivery, facts, usage, { personOf, enrolments, agentAccounts }] = await Promise.all([
    readings.delivery(),
    readings.facts(),
    readings.usage(),
    whoIsWho(deps),
  ]);
  return {
    delivery,
    facts: withEnds(facts, usage),
    calls: usage.calls.map((call) =>
      call.person === null ? call : { ...call, person: personOf.get(call.person) ?? call.person },
    ),
    ...{ enrolments, agentAccounts },
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

function notedSessions({ assistants }: LedgerUsage): ReadonlyMap<string, string> {
  return new Map(
    [...assistants].flatMap(([session, assistant]) =>
      aliasesOf(session, assistant).map((alias) => [alias, session] as const),
    ),
  );
}
