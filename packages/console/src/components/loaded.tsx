import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { messages } from '../messages/en.ts';
import { FailureNotice } from './notice.tsx';

interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** Lines of the placeholder. */
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** Shows what a query brought, or that it loads, or why it failed. */
export function Loaded<Data>({ query, lines = 6, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <FailureNotice error={query.error} retry={() => query.refetch()} />;
  const keys = Array.from({ length: lines }, (_, line) => `line-${line}`);
  return (
    <Stack gap={10} role="status" data-loading>
      <VisuallyHidden>{messages.loading}</VisuallyHidden>
      {keys.map((key) => (
        <Skeleton key={key} height={18} />
      ))}
    </Stack>
  );
}
