import { Button, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { meQuery } from '../../app/queries.ts';
import { FailureNotice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';
import { type AuditSearch, activeFilters } from './search.ts';

const words = messages.savedViews;
const fields = messages.audit.fields;

interface SaveViewFormProps {
  readonly search: AuditSearch;
  readonly onSaved: () => void;
}

/** Saves the filters in force under a name, for the reader or for everybody with a role of theirs. */
export function SaveViewForm({ search, onSaved }: SaveViewFormProps) {
  const { data: me } = useQuery(meQuery);
  const [name, setName] = useState('');
  const [role, setRole] = useState('');
  const filters = activeFilters(search);
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), filter: Object.fromEntries(filters), role: role || null };
      return answerOf(api.POST('/api/audit/views', { body }));
    },
    onSuccess: onSaved,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={words.name}
          description={words.nameHint}
          required
          data-autofocus
          maxLength={80}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NativeSelect
          label={words.who}
          value={role}
          onChange={({ currentTarget }) => setRole(currentTarget.value)}
          data={[
            { value: '', label: words.onlyMe },
            ...(me?.roles ?? []).map((own) => ({ value: own, label: words.role(own) })),
          ]}
        />
        <Kept filters={filters} />
        {save.isError && <FailureNotice error={save.error} />}
        <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
          {words.submit}
        </Button>
      </Stack>
    </form>
  );
}

function Kept({ filters }: { readonly filters: ReturnType<typeof activeFilters> }) {
  if (filters.length === 0) return <p>{words.noFilters}</p>;
  return (
    <div>
      <p>{words.filters}</p>
      <ul>
        {filters.map(([name, value]) => (
          <li key={name}>
            {fields[name]}: <strong>{value}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}
