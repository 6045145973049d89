import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryFact } from '@fairlead/core/delivery';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { Clock } from '@fairlead/core/ports';
import type { RepositoryNames } from '@fairlead/core/wire';
import { ZodError } from 'zod';
import { sha256Hex } from '../../../platform/crypto/index.ts';
import { type DeliveryStore, peopleIn, withoutPeople } from '../../delivery/api.ts';
import type { Webhooks } from './api.ts';
import { readGithubEvent } from './github-events.ts';
import { isSignature, isSigned } from './signature.ts';
import type { Heard, HookRequest } from './types.ts';

export interface WebhookDeps {
  readonly store: () => Promise<Pick<DeliveryStore, 'pseudonyms' | 'receive'>>;
  /** Null: no secret is configured, so nothing is taken. */
  readonly secret: Uint8Array | null;
  readonly clock: Clock;
  readonly names: () => RepositoryNames;
  readonly incidentLabel: string;
  /** Told the ids of changes, deployments and incidents of which something new was taken. */
  readonly onFacts: (ids: readonly string[]) => void;
  /** Makes one name of a repository lead to another since `at`, milliseconds since the epoch; again and again the same. */
  readonly rename: (from: string, to: string, at: number) => Promise<void>;
}

/** The ids that are told when facts were taken: of a change's parts that of the change. */
export function idsOf(facts: readonly DeliveryFact[]): readonly string[] {
  return [
    ...new Set(
      facts.map((fact) => {
        if (fact.type === 'event') return fact.change;
        return fact.type === 'commit' ? (fact.change ?? fact.repository) : fact.id;
      }),
    ),
  ];
}

/** The webhooks of GitHub. What they say is a hint: it adds and advances, and a poll has the last word. */
export function createWebhooks(deps: WebhookDeps): Webhooks {
  const { secret, names, incidentLabel, onFacts, rename } = deps;
  return {
    expect: (request) => void checked(request, secret),
    async take(request, body) {
      const { key, delivery, event } = checked(request, secret);
      if (!isSigned(body, request.signature, key)) throw new FairleadError('hooks.signature-invalid');
      const heard = read(event, body, { names: names(), incidentLabel });
      if (heard.facts.length + heard.hints.length + heard.renamed.length === 0) return 'ignored';
      for (const { from, to, at } of heard.renamed)
        await unhurried(() => rename(from, to, at ?? deps.clock.now()));
      const counts = await unhurried(() => keep(deps, { id: delivery, digest: sha256Hex(body) }, heard));
      if (counts === null) return 'repeated';
      if (counts.added + counts.changed > 0) onFacts(idsOf(heard.facts));
      return 'taken';
    },
  };
}

function checked({ signature, delivery, event }: HookRequest, secret: Uint8Array | null) {
  if (secret === null) throw new FairleadError('hooks.not-configured');
  if (!isSignature(signature)) throw new FairleadError('hooks.signature-invalid');
  if (!/^[\w-]{1,100}$/.test(delivery ?? '') || !/^\w{1,100}$/.test(event ?? ''))
    throw new FairleadError('hooks.delivery-invalid');
  return { key: secret, delivery: delivery!, event: event! };
}

async function keep(
  { store, clock }: WebhookDeps,
  received: { readonly id: string; readonly digest: string },
  { facts, hints }: Heard,
) {
  const kept = await store();
  const people = peopleIn(facts);
  const pseudonyms = people.length === 0 ? new Map<string, string>() : await kept.pseudonyms(people);
  const named = facts.map((fact) => withoutPeople(fact, pseudonyms));
  return kept.receive({ ...received, at: clock.now(), facts: named, hints });
}

function read(event: string, body: Uint8Array, context: Parameters<typeof readGithubEvent>[2]): Heard {
  try {
    const payload: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (typeof payload !== 'object' || payload === null) throw new FairleadError('hooks.payload-invalid');
    return readGithubEvent(event, payload, context);
  } catch (error) {
    throw described(error);
  }
}

/** Says where a payload isn't what it has to be, never what stood there. */
function described(error: unknown): unknown {
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    const path = issue?.path.join('.') || 'the payload';
    return new FairleadError('hooks.payload-invalid', {
      message: `${path}: ${issue?.message ?? 'not valid'}.`,
    });
  }
  if (isFairleadError(error) && error.code === 'delivery.line-invalid') {
    return new FairleadError('hooks.payload-invalid', { message: error.message.replace(/^Line 0: /, '') });
  }
  if (error instanceof SyntaxError || error instanceof TypeError)
    return new FairleadError('hooks.payload-invalid', { message: 'It is not JSON in UTF-8.' });
  return error;
}

/** Hosts wait ten seconds for an answer. */
const attempts = 30;
const pauseMs = 200;

/** Another process, such as an import, may be writing: waits without keeping this one from its calls. */
async function unhurried<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (attempt === attempts) throw new FairleadError('store.unavailable', { cause: error });
    }
    await sleep(pauseMs);
  }
}

function isBusy(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^SQLITE_(?:BUSY|LOCKED)/.test(code);
}
