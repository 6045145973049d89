import { Button, MultiSelect, NativeSelect, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import type { IssuedKey, KeyRequest, Program } from '../../api/types.ts';
import { programQuery } from '../../app/queries.ts';
import { Loaded } from '../../components/loaded.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';
import { dayAfter, endOfDay } from './key-state.ts';

const words = messages.keys.form;

interface Draft {
  readonly principal: string | null;
  readonly assistant: string | null;
  readonly repositories: readonly string[];
  readonly label: string;
  readonly vendor: string;
  /** A day field. */
  readonly expires: string;
}

/** The request of a complete draft, null for one that lacks something. */
function requestOf({ principal, assistant, repositories, label, vendor, expires }: Draft): KeyRequest | null {
  const expiresAt = endOfDay(expires);
  if (principal === null || assistant === null || repositories.length === 0 || expiresAt === null)
    return null;
  return {
    principal,
    assistant,
    repositories: [...repositories],
    expiresAt,
    ...(label.trim() !== '' && { label: label.trim() }),
    ...(vendor !== '' && { vendor }),
  };
}

/** Issues a key from what the program in force lists. */
export function IssueForm({ onIssued }: { readonly onIssued: (issued: IssuedKey) => void }) {
  const query = useQuery(programQuery);
  return <Loaded query={query}>{(program) => <Form program={program} onIssued={onIssued} />}</Loaded>;
}

interface FormProps {
  readonly program: Program;
  readonly onIssued: (issued: IssuedKey) => void;
}

function Form({ program, onIssued }: FormProps) {
  const [draft, setDraft] = useState<Draft>(() => ({
    principal: null,
    assistant: null,
    repositories: [],
    label: '',
    vendor: '',
    expires: dayAfter(Date.now(), 30),
  }));
  const request = requestOf(draft);
  const issue = useMutation({
    mutationFn: (body: KeyRequest) => answerOf(api.POST('/api/keys', { body })),
    onSuccess: onIssued,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (request !== null) issue.mutate(request);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Fields program={program} draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
        {issue.isError && <FailureNotice error={issue.error} />}
        <Button type="submit" loading={issue.isPending} disabled={request === null}>
          {words.submit}
        </Button>
      </Stack>
    </form>
  );
}

interface FieldsProps {
  readonly program: Program;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

function Fields({ program, draft, onChange }: FieldsProps) {
  return (
    <>
      <BindingFields program={program} draft={draft} onChange={onChange} />
      <TextInput
        label={words.label}
        description={words.labelHint}
        maxLength={100}
        value={draft.label}
        onChange={({ currentTarget }) => onChange({ label: currentTarget.value })}
      />
      <NativeSelect
        label={words.vendor}
        description={words.vendorHint}
        value={draft.vendor}
        onChange={({ currentTarget }) => onChange({ vendor: currentTarget.value })}
        data={[
          { value: '', label: words.anyVendor },
          ...program.vendors.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <TextInput
        type="date"
        label={words.expires}
        required
        min={dayAfter(Date.now(), 0)}
        value={draft.expires}
        onChange={({ currentTarget }) => onChange({ expires: currentTarget.value })}
      />
    </>
  );
}

function BindingFields({ program, draft, onChange }: FieldsProps) {
  return (
    <>
      <Select
        label={words.principal}
        description={words.principalHint}
        placeholder={words.choose}
        required
        searchable
        data-autofocus
        openOnFocus={false}
        value={draft.principal}
        onChange={(principal) => onChange({ principal })}
        data={program.principals.map(({ id, name }) => ({
          value: id,
          label: name === id ? id : `${name} (${id})`,
        }))}
      />
      <Select
        label={words.assistant}
        placeholder={words.choose}
        required
        value={draft.assistant}
        onChange={(assistant) => onChange({ assistant })}
        data={program.assistants.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <MultiSelect
        label={words.repositories}
        description={words.repositoriesHint}
        placeholder={draft.repositories.length === 0 ? words.choose : undefined}
        required
        searchable
        openOnFocus={false}
        value={[...draft.repositories]}
        onChange={(repositories) => onChange({ repositories })}
        data={program.repositories.map(({ id }) => id)}
      />
    </>
  );
}
