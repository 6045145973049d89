import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import type { KeyView } from '../../api/types.ts';
import { Code } from '../../components/code.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';

const words = messages.keys.revoke;

interface RevokeFormProps {
  readonly bearer: KeyView;
  readonly onCancel: () => void;
  readonly onRevoked: () => void;
}

/** Asks once more before a key ends. */
export function RevokeForm({ bearer, onCancel, onRevoked }: RevokeFormProps) {
  const [reason, setReason] = useState('');
  const revoke = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/keys/{id}/revoke', {
          params: { path: { id: bearer.id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: onRevoked,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    revoke.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>
          <strong>{bearer.principal}</strong> · {bearer.assistant} · {bearer.repositories.join(', ')}
          <br />
          <Code>{bearer.id}</Code>
        </p>
        <p>{words.text}</p>
        <TextInput
          label={words.reason}
          description={words.reasonHint}
          data-autofocus
          maxLength={200}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {revoke.isError && <FailureNotice error={revoke.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {messages.actions.cancel}
          </Button>
          <Button type="submit" color="red.8" loading={revoke.isPending}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
