// What is asked of the explorer, as paths of the control API; each call of `path` is another question of its kind.
import type { Entry } from '@fairlead/core/ledger';
import { population, skewed } from './population.ts';

export interface Case {
  readonly name: string;
  readonly group: 'page' | 'text' | 'chart';
  readonly path: (random: () => number) => string;
}

/** Milliseconds that 95 of 100 answers of a group may take. */
export const goals = { page: 100, text: 200, chart: 300 } as const;

const rare = <Item>(list: readonly Item[], random: () => number) =>
  list[list.length - 1 - Math.floor(random() * 20)] as Item;
const query = (fields: Record<string, string | number>) =>
  `/api/audit/entries?${Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

type Random = () => number;
type Fields = Record<string, string | number>;

const day = 86_400_000;
const repository = (random: Random) => skewed(population.repositories, random);
const actor = (random: Random) => skewed(population.people, random);
const model = (random: Random) => skewed(population.models, random)[1];

/** What cases take their values from. */
interface Log {
  readonly entries: number;
  readonly newest: readonly Entry[];
  readonly now: number;
}

const deepIn =
  ({ entries }: Log) =>
  (random: Random) =>
    Math.floor(random() * entries);
const someOf =
  ({ newest }: Log) =>
  (random: Random) =>
    newest[Math.floor(random() * newest.length)] as Entry & { session?: string };
const sessionOf = (log: Log) => (random: Random) => someOf(log)(random).session ?? 's-00000001';
const spanIn =
  ({ now }: Log) =>
  (random: Random): Fields => {
    const from = now - Math.floor(2 + random() * 170) * day;
    return { from: new Date(from).toISOString(), to: new Date(from + day).toISOString() };
  };

const list =
  (group: Case['group']) =>
  (name: string, fields: (random: Random) => Fields): Case => ({
    name,
    group,
    path: (random) => query(fields(random)),
  });

function pages(log: Log): readonly Case[] {
  const [page, deep, span] = [list('page'), deepIn(log), spanIn(log)];
  const { repositories, assistants, models, refusing } = population;
  return [
    page('newest', () => ({})),
    page('anywhere, 200 rows', (random) => ({ cursor: deep(random), limit: 200 })),
    page('repository', (random) => ({ repository: repository(random) })),
    page('repository, deep', (random) => ({ repository: repository(random), cursor: deep(random) })),
    page('rare repository, deep', (random) => ({
      repository: rare(repositories, random),
      cursor: deep(random),
    })),
    page('who', (random) => ({ actor: actor(random), cursor: deep(random) })),
    page('refusals, deep', (random) => ({ decision: 'deny', cursor: deep(random) })),
    page('acts', (random) => ({ kind: 'admin', cursor: deep(random) })),
    page('policy', (random) => ({ policyId: skewed(refusing, random), cursor: deep(random) })),
    page('rare policy and repository', (random) => ({
      policyId: 'capability.not-in-stage',
      repository: repository(random),
    })),
    page('session', (random) => ({ session: sessionOf(log)(random) })),
    page('refusals of a model', (random) => ({
      decision: 'deny',
      model: model(random),
      cursor: deep(random),
    })),
    page('repository, refusals, model', (random) => ({
      repository: repository(random),
      decision: 'deny',
      model: model(random),
    })),
    page('who and repository', (random) => ({ actor: actor(random), repository: repository(random) })),
    page('assistant, vendor, kind', (random) => ({
      assistant: skewed(assistants, random),
      vendor: 'azure-openai',
      kind: 'outcome',
    })),
    page('nothing has both', (random) => ({ kind: 'admin', vendor: skewed(models, random)[0] })),
    page('a day', span),
    page('a day of a repository', (random) => ({ repository: repository(random), ...span(random) })),
    page('a day, refusals, who', (random) => ({ decision: 'deny', actor: actor(random), ...span(random) })),
  ];
}

function texts(log: Log): readonly Case[] {
  const [text, deep, span] = [list('text'), deepIn(log), spanIn(log)];
  return [
    text('frequent word', () => ({ q: 'messages' })),
    text('frequent words', () => ({ q: 'claude refused' })),
    text('name of a repository', (random) => ({ q: repository(random).replace('github.com/acme/', '') })),
    text('one id', (random) => ({ q: someOf(log)(random).id })),
    text('beginning of a word', () => ({ q: 'serv' })),
    text('one letter', () => ({ q: 'c' })),
    text('one digit', () => ({ q: '0' })),
    text('words that never meet', () => ({ q: 'embedding anthropic' })),
    text('unknown word', () => ({ q: 'zanzibar' })),
    text('word among refusals', (random) => ({ q: 'codex', decision: 'deny', cursor: deep(random) })),
    text('word and repository', (random) => ({ q: 'refused', repository: repository(random) })),
    text('word in a day', (random) => ({ q: 'codex', ...span(random) })),
  ];
}

function charts(log: Log): readonly Case[] {
  const chart = (name: string, path: Case['path']): Case => ({ name, group: 'chart', path });
  return [
    chart('overview, a day', () => '/api/overview?window=24h'),
    chart('overview, a week', () => '/api/overview?window=7d'),
    chart('overview, a month', () => '/api/overview?window=30d'),
    chart('facets', () => '/api/audit/facets'),
    chart('sessions', () => '/api/audit/sessions?limit=50'),
    chart('a session', (random) => `/api/audit/sessions/${sessionOf(log)(random)}`),
    chart('an entry', (random) => `/api/audit/entries/${someOf(log)(random).id}`),
  ];
}

export function casesOf(entries: number, newest: readonly Entry[], now: number): readonly Case[] {
  const log = { entries, newest, now };
  return [...pages(log), ...texts(log), ...charts(log)];
}
