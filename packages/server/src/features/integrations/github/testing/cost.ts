/* What a query costs by GitHub's rule: connections that have to be read, hundredths of a point each. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface QueryCost {
  readonly points: number;
  readonly nodes: number;
}

export function costOf(document: DocumentNode, variables: { readonly [name: string]: unknown }): QueryCost {
  let requests = 0;
  let nodes = 0;
  const numberIn = (value: ValueNode | undefined): number | null => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return null;
    const given = variables[value.name.value];
    return typeof given === 'number' ? given : Array.isArray(given) ? given.length : null;
  };
  const visit = ({ selections }: SelectionSetNode, times: number): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, times);
      if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue;
      const argument = selection.arguments?.find(
        ({ name }) => name.value === 'first' || name.value === 'ids',
      );
      const first = numberIn(argument?.value);
      if (first !== null) {
        requests += times;
        nodes += times * first;
      }
      visit(selection.selectionSet, first === null ? times : times * first);
    }
  };
  for (const definition of document.definitions as readonly (
    | FragmentDefinitionNode
    | { selectionSet: SelectionSetNode }
  )[])
    visit(definition.selectionSet, 1);
  return { points: Math.max(1, Math.round(requests / 100)), nodes };
}
