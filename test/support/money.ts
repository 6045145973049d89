import { expect } from 'vitest';
import { costOf, readPriceBook } from '../../packages/core/src/money/index.ts';
import {
  type BudgetQuery,
  type BudgetRow,
  budgetStatus,
} from '../../packages/server/src/features/budgets/cli.ts';
import { openAdministration } from '../../packages/server/src/features/identity/cli.ts';
import { listEntries } from '../../packages/server/src/features/ledger/cli.ts';
import { openReader } from '../../packages/server/src/features/ledger/read.ts';
import { routes } from './calls.ts';
import type { LedgerLine, RunningFairlead } from './fairlead.ts';
import { initProgram, type OwnProgram, startUp } from './own-program.ts';
import { pause, respond } from './stub-upstream.ts';

/* Read in this process: a command for each look would make up most of the tests' time. */

/** Budgets of a data folder, as `fairlead budget status` reads them. */
export function budgetRows(data: string, scope?: BudgetQuery['scope']): Promise<readonly BudgetRow[]> {
  return budgetStatus(data, { now: Date.now(), scope });
}

/** Money of an entry, as `fairlead ledger list --format json` has it. */
export type Line = LedgerLine & {
  readonly id: string;
  readonly keyId?: string;
  readonly what?: string;
  readonly details?: { readonly [name: string]: unknown };
  readonly reserved?: number | null;
  readonly budgets?: readonly string[];
  readonly prices?: string | null;
  readonly cost?: number | 'unpriced';
  readonly costBasis?: string;
};

export async function entriesIn(data: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  await listEntries(data, {}, ({ bytes }) => void lines.push(JSON.parse(Buffer.from(bytes).toString())));
  return lines;
}

/** Polls the ledger until an entry satisfies the predicate. */
export async function entryIn(data: string, predicate: (line: Line) => boolean): Promise<Line> {
  for (const deadline = Date.now() + 30_000; ; await pause(20)) {
    const found = (await entriesIn(data)).find(predicate);
    if (found) return found;
    if (Date.now() > deadline) throw new Error('no such ledger entry in time');
  }
}

/** Issues a key over the running server's control socket. */
export async function newKey({ data }: OwnProgram): Promise<{ readonly id: string; readonly key: string }> {
  const administration = await openAdministration({ dataDir: data });
  const issued = await administration.call('POST', '/api/keys', {
    principal: 'first.engineer',
    repositories: ['github.com/example/first-repository'],
    assistant: 'claude-code',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await administration.close();
  return issued as { id: string; key: string };
}

/** The one row of a scope. */
export type { BudgetQuery };

export async function budgetRow(data: string, scope: BudgetQuery['scope']): Promise<BudgetRow> {
  const rows = await budgetRows(data, scope);
  expect(rows).toHaveLength(1);
  return rows[0] as BudgetRow;
}

/** The starter with one stub for both vendors and these budgets. */
export function budgetedProgram(stub: string, budgets: string): Promise<OwnProgram> {
  return initProgram([
    ['fairlead.yaml', 'https://api.openai.com', stub],
    ['fairlead.yaml', 'https://api.anthropic.com', stub],
    ['fairlead.yaml', 'allowPrivate: []', 'allowPrivate: [127.0.0.1]'],
    ['budgets.yaml', /limits:[\s\S]*/g, budgets],
    // A model whose price nobody knows: neither models.yaml nor the list, since the vendor is a stub.
    [
      'models.yaml',
      /(gpt-5\.4: \{ capabilities: \[chat, agent, mcp\]), price: \{[^}]*\}/g,
      'gpt-5.4: { capabilities: [chat, agent, mcp]',
    ],
  ]);
}

const json = { 'content-type': 'application/json' };

/** A whole chat answer that reports this use. */
export function chatAnswer(promptTokens: number, completionTokens: number, more: object = {}) {
  const usage = { prompt_tokens: promptTokens, completion_tokens: completionTokens, ...more };
  return respond(200, json, JSON.stringify({ id: 'c', choices: [], usage }));
}

/** Starts the program with credentials that only a stub would take. */
export function startBudgeted(own: OwnProgram): Promise<RunningFairlead> {
  const credentials = { OPENAI_API_KEY: 'sk-stub', ANTHROPIC_API_KEY: 'sk-stub' };
  const args = ['--credential', 'OPENAI_API_KEY', '--credential', 'ANTHROPIC_API_KEY'];
  return startUp(own, args, credentials);
}

/** A chat body of always the same length, and so of always the same bound. */
export function body(number: number, more: object = {}) {
  return routes.chat.body(`call ${String(number).padStart(6, '0')}`, { max_completion_tokens: 100, ...more });
}

/** Half a token a byte at 2 dollars, and 100 tokens at 14 dollars per million; in micro-dollars. */
export const bound = Math.ceil(Buffer.byteLength(JSON.stringify(body(0))) / 2) * 2 + 100 * 14;
/** What `chatAnswer(10, 5)` costs. */
export const used = 10 * 2 + 5 * 14;

/** Every outcome's cost is what the price book that it names says of the usage that it records. */
export async function expectPriced(data: string, entries: readonly Line[]): Promise<number> {
  const decisions = new Map(entries.flatMap((line) => (line.kind === 'decision' ? [[line.op, line]] : [])));
  const reader = openReader(data);
  let sum = 0;
  for (const line of entries) {
    if (line.kind !== 'outcome' || line.costBasis !== 'usage' || typeof line.cost !== 'number') continue;
    const decision = decisions.get(line.op) as Line;
    const book = readPriceBook(
      line.prices as string,
      (await reader.readInput(line.prices as string)) as string,
    );
    const price = book.price(decision.vendor as string, decision.model as string);
    expect(line.cost).toBe(costOf(line.usage as never, price!, decision.endpoint as never, null));
    sum += line.cost;
  }
  await reader.close();
  return sum;
}

/** Waits until a budget has settled this much and holds nothing. */
export async function settled(data: string, amount: number, scope: BudgetQuery['scope'] = 'key') {
  for (const deadline = Date.now() + 30_000; ; await pause(50)) {
    const row = await budgetRow(data, scope);
    if ((row.settled === amount && row.reserved === 0) || Date.now() > deadline) {
      expect(row).toMatchObject({ settled: amount, reserved: 0 });
      return row;
    }
  }
}
