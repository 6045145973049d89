import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import type { IssuedKey, KeyView } from '../../api/types.ts';
import { FailureNotice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';
import { dayAfter, endOfDay } from './key-state.ts';

const words = messages.keys;

interface RotateFormProps {
  /** The key to replace. */
  readonly bearer: KeyView;
  readonly onIssued: (issued: IssuedKey) => void;
}

export function RotateForm({ bearer, onIssued }: RotateFormProps) {
  const [expires, setExpires] = useState(() => dayAfter(Date.now(), 30));
  const expiresAt = endOfDay(expires);
  const rotate = useMutation({
    mutationFn: (until: string) =>
      answerOf(
        api.POST('/api/keys/{id}/rotate', {
          params: { path: { id: bearer.id } },
          body: { expiresAt: until },
        }),
      ),
    onSuccess: onIssued,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (expiresAt !== null) rotate.mutate(expiresAt);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{words.rotate.text}</p>
        <TextInput
          type="date"
          label={words.form.expires}
          required
          data-autofocus
          min={dayAfter(Date.now(), 0)}
          value={expires}
          onChange={({ currentTarget }) => setExpires(currentTarget.value)}
        />
        {rotate.isError && <FailureNotice error={rotate.error} />}
        <Button type="submit" loading={rotate.isPending} disabled={expiresAt === null}>
          {words.rotate.submit}
        </Button>
      </Stack>
    </form>
  );
}
