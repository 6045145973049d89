import type { ProgramIndex } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import { z } from 'zod';
import {
  type ControlApp,
  filledLine,
  granted,
  grantedToTokens,
  identifiedAnd,
} from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import { adminEntry, type EntrySource, type Hold, heldFrom, type Ledger } from '../ledger/api.ts';
import type { DeliveryReader } from './reader.ts';

export interface PeopleDeps extends EntrySource {
  readonly reader: Pick<DeliveryReader, 'held' | 'forget'>;
  readonly ledger: Pick<Ledger, 'append'>;
  /** Legal holds that stand. */
  readonly holds: () => Promise<readonly Hold[]>;
  readonly index: () => ProgramIndex | null;
}

const tags = ['delivery'];
const accounts = z
  .array(filledLine)
  .min(1)
  .max(100)
  .describe('Logins at git hosts, addresses in commits, or ids of members of the program');
const heldView = z.object({
  accounts: z.array(
    z.object({ account: z.string(), pseudonym: z.string().nullable(), forgotten: z.boolean() }),
  ),
  facts: z
    .array(z.looseObject({ type: z.string() }))
    .describe('As they are kept; of everybody else nothing is shown'),
  isCut: z.boolean().describe('There are more'),
});

/** What is held of one person in delivery facts: for themselves, for an auditor with a purpose, and its end. */
export function peopleRoutes(app: ControlApp, deps: PeopleDeps): void {
  ownRoute(app, deps);
  exportRoute(app, deps);
  forgetRoute(app, deps);
}

const view = ({ accounts: all, facts, isCut }: Awaited<ReturnType<DeliveryReader['held']>>) => ({
  accounts: [...all],
  facts: facts.map((fact) => ({ ...fact })),
  isCut,
});

function ownRoute(app: ControlApp, { reader, index }: PeopleDeps): void {
  app.get(
    '/api/me/delivery',
    {
      config: { access: identifiedAnd('people, about themselves'), privacy: 'subject' },
      schema: {
        tags,
        operationId: 'myDeliveryFacts',
        summary: 'What delivery facts hold of whoever asks',
        response: { 200: heldView },
      },
    },
    async ({ caller }) => {
      const who = caller as ControlCaller;
      if (who.kind !== 'session') throw new FairleadError('delivery.no-person');
      return view(await reader.held(accountsOfMember(index(), who.principal)));
    },
  );
}

function accountsOfMember(index: ProgramIndex | null, principal: string): readonly string[] {
  const members = index?.program.teams.flatMap((team) => team.members) ?? [];
  return [principal, ...(members.find(({ id }) => id === principal)?.accounts ?? [])];
}

function exportRoute(app: ControlApp, deps: PeopleDeps): void {
  app.post(
    '/api/delivery/people/export',
    {
      config: { access: granted('ReadAudit', 'audit'), privacy: 'audit' },
      schema: {
        tags,
        operationId: 'exportPersonsDeliveryFacts',
        summary: 'What delivery facts hold of one person; that it was asked becomes an entry first',
        body: z.strictObject({ accounts, purpose: filledLine }),
        response: { 200: heldView },
      },
    },
    async ({ body, caller }) => {
      const details = {
        by: (caller as ControlCaller).by,
        accounts: body.accounts.length,
        purpose: body.purpose,
      };
      await deps.ledger.append([{ entry: adminEntry(deps, 'delivery.person-read', details) }]);
      return view(await deps.reader.held(body.accounts));
    },
  );
}

function forgetRoute(app: ControlApp, deps: PeopleDeps): void {
  app.post(
    '/api/delivery/people/forget',
    {
      config: { access: grantedToTokens(), privacy: 'audit' },
      schema: {
        tags,
        operationId: 'forgetPerson',
        summary: 'Take a person’s name out of delivery facts for good; figures stay as they are',
        body: z.strictObject({ accounts, reason: filledLine }),
        response: {
          200: z.object({
            known: z.int().describe('Accounts of which facts were known'),
            before: z.int().describe('Accounts that had been forgotten before'),
            renamed: z.int().describe('Changes whose branch was named after the person'),
          }),
        },
      },
    },
    async ({ body, caller }) => {
      if (heldFrom(await deps.holds()) !== null) throw new FairleadError('ledger.on-hold');
      // The entry comes first, and says that it was somebody, not who.
      const details = {
        by: (caller as ControlCaller).by,
        accounts: body.accounts.length,
        reason: body.reason,
      };
      await deps.ledger.append([{ entry: adminEntry(deps, 'delivery.person-forgotten', details) }]);
      return deps.reader.forget(body.accounts);
    },
  );
}
