import type { ChangeHistory } from '@fairlead/core/delivery';
import { type ChangeNode, changesAnswer, numberedAnswer } from './answers.ts';
import type { GithubClient } from './client.ts';
import { historyOf, type WholeChange } from './facts.ts';
import { changesQuery, numberedQuery, type PageSizes } from './queries.ts';
import { wholeChanges } from './whole.ts';

/** A page of a list in order of time. */
export interface ChangesPage {
  /** `owner/name` as the host calls the repository now. */
  readonly name: string;
  readonly total: number;
  readonly nodes: readonly ChangeNode[];
  readonly cursor: string | null;
  readonly isLast: boolean;
}

export interface WholePage extends ChangesPage {
  readonly whole: readonly WholeChange[];
}

/** Pages that are on their way, or wait to be taken: so that nobody waits for the host, and memory stays small. */
const pagesAhead = 3;

/**
 * Pull requests in order of their last update, from a cursor on, each whole. The next ones, and what belongs to them, are
 * asked for while the last ones are being taken.
 */
export async function* changePages(
  client: GithubClient,
  node: string,
  after: string | null,
  sizes: PageSizes,
  signal: AbortSignal,
): AsyncGenerator<WholePage> {
  const own = new AbortController();
  const bound = AbortSignal.any([signal, own.signal]);
  const waiting: Promise<WholePage>[] = [];
  /** The last page that came, as long as nobody asked for the one behind it. */
  let last: ChangesPage | null = null;
  const askFor = (cursor: string | null) => {
    last = null;
    const page = changesPage(client, node, cursor, sizes, bound);
    const whole = page.then(async (one) => {
      last = one;
      askOn();
      return { ...one, whole: await wholeChanges(client, one.nodes, bound) };
    });
    whole.catch(() => undefined);
    waiting.push(whole);
  };
  const askOn = () => {
    if (last !== null && !last.isLast && waiting.length < pagesAhead) askFor(last.cursor);
  };
  askFor(after);
  try {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const page = await next;
      askOn();
      yield page;
    }
  } finally {
    // Whoever stops reading has no use for the pages that are on their way.
    own.abort();
  }
}

async function changesPage(
  client: GithubClient,
  id: string,
  after: string | null,
  sizes: PageSizes,
  signal: AbortSignal,
): Promise<ChangesPage> {
  const { node } = await client.ask(
    {
      text: changesQuery,
      variables: { id, first: sizes.changes, after, parts: sizes.parts },
      answer: changesAnswer,
      smaller: (variables, attempt) => ({
        ...variables,
        first: Math.max(1, Math.floor(sizes.changes / 2 ** attempt)),
        parts: attempt < 3 ? sizes.parts : Math.min(sizes.parts, 20),
      }),
    },
    signal,
  );
  const { totalCount: total, pageInfo, nodes } = node.pullRequests;
  // A page that says there is more without saying where would be asked for again and again.
  const isLast = !pageInfo.hasNextPage || pageInfo.endCursor === null;
  return { name: node.nameWithOwner, total, nodes, cursor: pageInfo.endCursor, isLast };
}

/** The facts of some pull requests of `host/owner/name`. */
export async function historiesOf(
  client: GithubClient,
  nodes: readonly ChangeNode[],
  repository: string,
  signal: AbortSignal,
): Promise<readonly ChangeHistory[]> {
  const whole = await wholeChanges(client, nodes, signal);
  return whole.map((one) => historyOf(one, repository));
}

/** Some pull requests by number; those that the host doesn't know are left out. */
export async function numberedChanges(
  client: GithubClient,
  id: string,
  numbers: readonly number[],
  { parts }: PageSizes,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly nodes: readonly ChangeNode[] }> {
  const { node } = await client.ask(
    { text: numberedQuery(numbers), variables: { id, parts }, answer: numberedAnswer },
    signal,
  );
  const { nameWithOwner: name, ...found } = node;
  const nodes = Object.values(found as { readonly [alias: string]: ChangeNode | null });
  return { name, nodes: nodes.filter((one) => one !== null) };
}
