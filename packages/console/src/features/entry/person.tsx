import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { useMay } from '../../app/permissions.ts';
import { Code } from '../../components/code.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';
import styles from './person.module.css';

const words = messages.entry.person;

/** A pseudonym, and for those who may the way to the name behind it. */
export function Person({ pseudonym }: { readonly pseudonym: string }) {
  const may = useMay();
  const [open, { open: ask, close }] = useDisclosure(false);
  const [name, setName] = useState<string | null>(null);
  return (
    <>
      {name !== null && <strong>{name} </strong>}
      <Code>{pseudonym}</Code>{' '}
      {name === null && may('ReadAudit') && (
        <button type="button" className={styles.who} onClick={ask}>
          {words.who}
        </button>
      )}
      <Modal opened={open} onClose={close} title={words.title}>
        <PurposeForm
          pseudonym={pseudonym}
          onResolved={(found) => {
            setName(found);
            close();
          }}
        />
      </Modal>
    </>
  );
}

interface PurposeFormProps {
  readonly pseudonym: string;
  readonly onResolved: (name: string) => void;
}

function PurposeForm({ pseudonym, onResolved }: PurposeFormProps) {
  const [purpose, setPurpose] = useState('');
  const resolve = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/api/audit/people', { body: { pseudonym, purpose: purpose.trim() } })),
    onSuccess: ({ name }) => onResolved(name),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    resolve.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{words.text}</p>
        <TextInput
          data-autofocus
          label={words.purpose}
          placeholder={words.example}
          required
          maxLength={200}
          value={purpose}
          onChange={({ currentTarget }) => setPurpose(currentTarget.value)}
        />
        {resolve.isError && <FailureNotice error={resolve.error} />}
        <Button type="submit" loading={resolve.isPending} disabled={purpose.trim() === ''}>
          {words.show}
        </Button>
      </Stack>
    </form>
  );
}
