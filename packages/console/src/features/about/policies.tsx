import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Program } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Icon } from '../../components/icons.tsx';
import { Panel } from '../../components/panel.tsx';
import { Titled } from '../../components/titled.tsx';
import { messages } from '../../messages/en.ts';

const words = messages.about.policies;
type Policy = Program['policies'][number];

/** Every policy in force with its words, so that a refusal can be understood before it happens. */
export function Policies({ policies }: { readonly policies: readonly Policy[] }) {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const rows = policies.filter((policy) =>
    [policy.id, policy.title, policy.advice, policy.owner, policy.control].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  return (
    <Panel title={words.title}>
      <TextInput
        type="search"
        label={words.search}
        leftSection={<Icon name="search" />}
        maw={360}
        mb="md"
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      {rows.length === 0 ? (
        <p role="status">{words.none}</p>
      ) : (
        <DataTable label={words.title} columns={columns} rows={rows} rowKey={({ id }) => id} />
      )}
    </Panel>
  );
}

const columns: readonly Column<Policy>[] = [
  {
    id: 'policy',
    header: words.policy,
    card: 'head',
    wide: true,
    cell: ({ id, title }) => <Titled title={title} id={id} />,
  },
  { id: 'advice', header: words.advice, cell: ({ advice }) => advice },
  { id: 'severity', header: words.severity, tight: true, cell: ({ severity }) => severity },
  { id: 'owner', header: words.owner, tight: true, cell: ({ owner }) => owner },
  { id: 'control', header: words.control, tight: true, cell: ({ control }) => control },
];
