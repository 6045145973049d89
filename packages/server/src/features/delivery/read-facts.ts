import { existsSync } from 'node:fs';
import { isFairleadError } from '@fairlead/core/errors';
import type { Clock } from '@fairlead/core/ports';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { createDeliveryFigures, type DeliveryFigures } from './figures.ts';
import { type HealthStore, openHealthStore } from './health-sql.ts';
import { teamIn } from './kpis.ts';
import { type DeliveryHealth, type DeliveryProgram, type DeliveryReader, mostHeld } from './reader.ts';
import { changeTimeline } from './service.ts';
import type { DeliveryStore, HeldFacts } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

const mostRemembered = 60;
/** What time alone changes (a week that ends, a change that is 28 days old) shows after so long. */
const rememberedMs = 600_000;

interface Open {
  readonly store: DeliveryStore;
  readonly figures: DeliveryFigures;
  readonly health: HealthStore;
}

const nothing: DeliveryHealth = {
  sources: (['changes', 'commits', 'reviews', 'deployments', 'incidents'] as const).map((source) => ({
    source,
    connected: false,
    facts: 0,
    repositories: null,
    newest: null,
    coverage: null,
  })),
  repositories: [],
  people: { known: 0, unmapped: 0 },
  bots: [],
  unknownLinks: { count: 0, links: [] },
  ahead: { count: 0, facts: [] },
  restating: { lateFacts: 'at_once', waiting: 0, restatedAt: null },
};

function unknownPerson(asked: readonly string[]): HeldFacts {
  const accounts = asked.map((one) => ({ account: one.toLowerCase(), pseudonym: null, forgotten: false }));
  return { accounts, facts: [], isCut: false };
}

/** Reads the facts at `location`; a file that isn't there yet holds none, and is not made. */
export function readFacts(
  location: StateLocation,
  { teams, members, ...said }: DeliveryProgram,
  clock: Clock,
): DeliveryReader {
  const known = new Set(members);
  const teamOf = teamIn(teams);
  const now = () => Math.floor(clock.now() / 1000);
  let open: Promise<Open> | null = null;
  const opened = (): Promise<Open> | null => {
    if (open === null && location.kind === 'sqlite' && !existsSync(location.file)) return null;
    return always();
  };
  const always = (): Promise<Open> => {
    open ??= openAll(location, said, { teamOf, now });
    open.catch(() => {
      open = null;
    });
    return open;
  };
  const remembered = rememberAnswers(clock);
  return {
    rows: async (query) => {
      const at = await opened();
      return at === null ? [] : remembered(at, 'rows', query, () => at.figures.rows(query));
    },
    parts: async (query) => {
      const at = await opened();
      if (at === null) return [];
      return remembered(at, 'parts', query, () => at.figures.parts(query));
    },
    timeline: async (change) => {
      const at = await opened();
      if (at === null) return null;
      try {
        return await changeTimeline(at.store, change, { names: { defaultHost: 'github.com' }, clock });
      } catch (error) {
        if (isFairleadError(error) && error.code === 'delivery.change-unknown') return null;
        throw error;
      }
    },
    health: async () => {
      const at = await opened();
      if (at === null) return nothing;
      return remembered(at, 'health', {}, () => at.health.health((login) => known.has(login), clock.now()));
    },
    held: async (asked) => {
      const at = await opened();
      return at === null ? unknownPerson(asked) : at.store.held(asked, mostHeld);
    },
    // Where nothing is known yet it has to be known later that nothing may be.
    forget: async (asked) => (await always()).store.forget(asked, clock.now()),
    async close() {
      const at = await open;
      await at?.store.close();
      await at?.health.close();
    },
  };
}

async function openAll(
  location: StateLocation,
  { accounts, production, lateFacts }: Pick<DeliveryProgram, 'accounts' | 'production' | 'lateFacts'>,
  deps: { readonly teamOf: (repository: string) => string; readonly now: () => number },
): Promise<Open> {
  const store = await openDeliveryStore(location, nodeRandom);
  try {
    if (accounts !== undefined) await store.takeAccounts(accounts);
    if (production !== undefined) await store.takeProduction(production);
    if (lateFacts !== undefined) await store.takeLateFacts(lateFacts);
    return { store, figures: createDeliveryFigures(store, deps), health: await openHealthStore(location) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface Answer {
  readonly version: number;
  readonly until: number;
  readonly value: unknown;
}

/** Answers again what was computed of the same facts; where nothing tells their version, always anew. */
function rememberAnswers(clock: Clock) {
  const answers = new Map<string, Answer>();
  return async <Value>(
    { health }: Open,
    what: string,
    query: object,
    compute: () => Promise<Value>,
  ): Promise<Value> => {
    const version = await health.version();
    if (version === null) return compute();
    const key = `${what} ${JSON.stringify(query)}`;
    const found = answers.get(key);
    if (found?.version === version && found.until > clock.now()) return found.value as Value;
    const value = await compute();
    if (answers.size >= mostRemembered) answers.clear();
    answers.set(key, { version, until: clock.now() + rememberedMs, value });
    return value;
  };
}
