import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { collect } from '../options.ts';
import { writeJson } from '../output.ts';
import { administer, type TargetFlags, withTarget } from './administration.ts';

/** `fairlead delivery export-person` and `forget-person`: requests of people about their own data. */
export function registerPeople(delivery: Command): void {
  registerExport(delivery);
  registerForget(delivery);
}

const accountOption = [
  '--account <NAME>',
  'login at a git host, address in commits, or id of a member; may be given several times',
  collect,
  [] as string[],
] as const;

interface ExportFlags extends TargetFlags {
  readonly account: string[];
  readonly purpose: string;
}

function registerExport(delivery: Command): void {
  withTarget(delivery.command('export-person'))
    .description(
      'what delivery facts hold of one person, as JSON; that it was asked, and what for, is recorded first',
    )
    .requiredOption(...accountOption)
    .requiredOption('--purpose <TEXT>', 'what for; stands in the ledger')
    .action(async ({ account: accounts, purpose, ...target }: ExportFlags) => {
      const held = await administer(target, (call) =>
        call('POST', '/api/delivery/people/export', { accounts, purpose }),
      );
      writeJson('delivery-person', held as OutputOf<'delivery-person'>);
    });
}

interface ForgetFlags extends TargetFlags {
  readonly account: string[];
  readonly reason: string;
}

function registerForget(delivery: Command): void {
  withTarget(delivery.command('forget-person'))
    .description(
      'take one person’s name out of delivery facts for good; figures stay, and no later import or poll brings it back',
    )
    .requiredOption(...accountOption)
    .requiredOption('--reason <TEXT>', 'why, without the name; stands in the ledger')
    .action(async ({ account: accounts, reason, ...target }: ForgetFlags) => {
      const counts = await administer(target, (call) =>
        call('POST', '/api/delivery/people/forget', { accounts, reason }),
      );
      writeJson('delivery-forgotten', counts as OutputOf<'delivery-forgotten'>);
    });
}
