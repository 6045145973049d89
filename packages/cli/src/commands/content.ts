import { FairleadError } from '@fairlead/core/errors';
import type { OutputOf } from '@fairlead/core/outputs';
import { type Command, InvalidArgumentError } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { administer, type TargetFlags, withTarget } from './administration.ts';

/** `fairlead content`: what is kept of calls, through the server or on a data folder that none uses. */
export function registerContent(program: Command): void {
  const content = program
    .command('content')
    .description('kept content of calls: look, read with a purpose, erase');
  registerStatus(content);
  registerGet(content);
  registerErase(content);
}

type Status = OutputOf<'content-status'>;

function registerStatus(content: Command): void {
  withTarget(content.command('status'))
    .description('whether content is kept, and how that goes; exit 1 when its store cannot be used')
    .addOption(formatOption())
    .action(async ({ format, ...target }: TargetFlags & { readonly format: Format }) => {
      const status = (await administer(target, (call) => call('GET', '/api/content'))) as Status;
      writeOutput('content-status', format, status, statusText);
      process.exitCode = status.state === 'broken' ? 1 : 0;
    });
}

export function statusText({ state, failure, waitingBytes, notKept, items }: Status): string {
  if (state === 'off') return 'No content is kept.\n';
  if (state === 'broken')
    return `Content is to be kept, and its store cannot be used: ${failure ?? 'unknown'}.\n`;
  return `${items ?? 0} items are kept; ${waitingBytes} bytes wait, ${notKept} could not be kept since the start.\n`;
}

interface GetFlags extends TargetFlags {
  readonly op: string;
  readonly purpose: string;
  readonly format: Format;
}

type Opened = OutputOf<'content-get'>;

function registerGet(content: Command): void {
  withTarget(content.command('get'))
    .description('what was sent and received in a call; that it was asked, and what for, is recorded first')
    .requiredOption('--op <ID>', 'id of the call', parseOp)
    .requiredOption('--purpose <TEXT>', 'what for; stands in the ledger')
    .addOption(formatOption())
    .action(async ({ op, purpose, format, ...target }: GetFlags) => {
      const opened = (await administer(target, (call) =>
        call('POST', '/api/content/read', { op, purpose }),
      )) as Opened;
      writeOutput('content-get', format, opened, openedText);
    });
}

/** The texts as they were, but for what would steer a terminal. */
export function openedText({ request, response }: Opened): string {
  const textOf = (part: Opened['request']) =>
    part === null
      ? '(nothing is kept)'
      : Buffer.from(part.content, 'base64')
          .toString('utf8')
          .replace(/[^\P{C}\t\n]/gu, '\ufffd');
  return `--- request\n${textOf(request)}\n--- answer\n${textOf(response)}\n`;
}

interface EraseFlags extends TargetFlags {
  readonly op?: string;
  readonly subject?: string;
  readonly before?: string;
  readonly reason: string;
}

function registerErase(content: Command): void {
  withTarget(content.command('erase'))
    .description('erase content with its salts; entries and their proofs stay as they are')
    .option('--op <ID>', 'of one call', parseOp)
    .option('--subject <PSEUDONYM>', 'of one person, by the pseudonym that entries have')
    .option('--before <DAY>', 'of every day before this one (UTC); their keys are destroyed', parseDay)
    .requiredOption('--reason <TEXT>', 'why; stands in the ledger')
    .action(async ({ reason, ...flags }: EraseFlags) => {
      const subject = subjectOf(flags);
      const { items } = (await administer(flags, (call) =>
        call('POST', '/api/content/erase', { subject, reason }),
      )) as { readonly items: number };
      process.stdout.write(`${items} items are erased.\n`);
    });
}

/** @throws FairleadError `content.subject-unsaid` unless exactly one is named */
export function subjectOf({ op, subject, before }: Pick<EraseFlags, 'op' | 'subject' | 'before'>): {
  readonly kind: string;
  readonly value: string;
} {
  const named = Object.entries({ op, pseudonym: subject, before }).flatMap(([kind, value]) =>
    value === undefined ? [] : [{ kind, value }],
  );
  const [only, another] = named;
  if (only === undefined || another !== undefined) throw new FairleadError('content.subject-unsaid');
  return only;
}

function parseOp(value: string): string {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value))
    throw new InvalidArgumentError('It is the id of a call, from its entry or from x-fairlead-op.');
  return value;
}

function parseDay(value: string): string {
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(value))
    throw new InvalidArgumentError('Write a day, YYYY-MM-DD.');
  return value;
}
