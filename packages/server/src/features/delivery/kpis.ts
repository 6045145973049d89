import { type DeliveryFacts, dayOf, type KpiQuery, unmappedTeam, wholeWeeks } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import type { DeliveryStore } from './store.ts';

/** All facts of a store, in memory. */
export async function allFacts(store: DeliveryStore): Promise<DeliveryFacts> {
  const histories = await Array.fromAsync(store.histories());
  return { histories, deployments: await store.deployments(), incidents: await store.incidents() };
}

/** Start of a day written `YYYY-MM-DD`, in seconds. @throws FairleadError `delivery.window-invalid`. */
export function startOfDay(day: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) / 1000 : Number.NaN;
  // The thirtieth of February reads as the second of March.
  if (Number.isNaN(at) || dayOf(at) !== day)
    throw new FairleadError('delivery.window-invalid', { message: `${day.slice(0, 40)} is no day.` });
  return at;
}

/** Figures are of whole weeks. @throws FairleadError `delivery.window-invalid` for a window that holds none. */
export function requireWindow(window: Pick<KpiQuery, 'from' | 'to'>): void {
  if (!(window.from < window.to)) throw new FairleadError('delivery.window-invalid');
  const { from, to } = wholeWeeks(window);
  if (from < to) return;
  throw new FairleadError('delivery.window-invalid', {
    message: 'The window holds no whole week.',
    fix: 'Figures are of whole weeks: give one that holds at least one from Monday to Sunday (UTC).',
  });
}

/** Without a program a repository's team is whoever owns it on its host. */
export function ownerOf(repository: string): string {
  return repository.split('/').slice(0, -1).join('/');
}

export { unmappedTeam };

/** The team of a repository by what the program says. */
export function teamIn(teams: { readonly [repository: string]: string }): (repository: string) => string {
  return (repository) => teams[repository] ?? unmappedTeam;
}
