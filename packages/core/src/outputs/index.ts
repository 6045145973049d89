/* Everything that commands write as JSON: published by `fairlead schema`, and what the command line is held to. */
import type { z } from 'zod';
import type { CommandOutput, Written } from './define.ts';
import { deliveryOutputs } from './delivery.ts';
import { identityOutputs } from './identity.ts';
import { keepingOutputs } from './keeping.ts';
import { ledgerOutputs } from './ledger.ts';
import { programOutputs } from './program.ts';
import { upkeepOutputs } from './upkeep.ts';

export type { CommandOutput };

const outputs = {
  ...programOutputs,
  ...identityOutputs,
  ...ledgerOutputs,
  ...deliveryOutputs,
  ...upkeepOutputs,
  ...keepingOutputs,
};

export type OutputName = keyof typeof outputs;

/** What the commands of an output write. */
export type OutputOf<Name extends OutputName> = Written<z.input<(typeof outputs)[Name]['schema']>>;

/** The schema of one: what a command and a route both answer is described once. */
export function schemaOf<Name extends OutputName>(name: Name): (typeof outputs)[Name]['schema'] {
  return outputs[name].schema;
}

/** By the name that `fairlead schema` knows them by. */
export const commandOutputs: { readonly [Name in OutputName]: CommandOutput } = outputs;
