import type { DeliveryFact } from '@fairlead/core/delivery';
import type { CollectedPage } from './store.ts';
import type { FactRow } from './store-tables.ts';

export function rowOf(fact: DeliveryFact): FactRow {
  const common = {
    type: fact.type,
    change_id: null,
    number: null,
    version: null,
    body: JSON.stringify(fact),
  };
  switch (fact.type) {
    case 'change':
      return {
        ...common,
        id: fact.id,
        repository: fact.repository,
        number: fact.number,
        version: versionOf(fact),
      };
    case 'event':
      return { ...common, id: `${fact.change} ${fact.id}`, change_id: fact.change, repository: null };
    case 'commit':
      // One commit may belong to several changes.
      return {
        ...common,
        id: `${fact.change ?? fact.repository} ${fact.sha}`,
        change_id: fact.change ?? null,
        repository: fact.repository,
      };
    case 'deployment': {
      // Facts stay as their source tells them, whatever an organisation says of environments.
      const { production: _, ...kept } = fact;
      return { ...common, id: fact.id, repository: fact.repository, body: JSON.stringify(kept) };
    }
    case 'incident':
      return { ...common, id: fact.id, repository: null, version: versionOf(fact) };
  }
}

function versionOf({ updatedAt }: { readonly updatedAt?: string | undefined }): string | null {
  return updatedAt === undefined ? null : new Date(updatedAt).toISOString();
}

/** Changes with all that belongs to them as rows, each with its change first; and where to go on from. */
export interface RowsOfPage extends Pick<CollectedPage, 'source' | 'state' | 'facts'> {
  readonly whole: readonly (readonly FactRow[])[];
}

export function rowsOfPage({ source, state, whole, facts }: CollectedPage): RowsOfPage {
  const rows = whole.map(({ change, events, commits }) => [change, ...events, ...commits].map(rowOf));
  return { source, state, whole: rows, facts };
}
