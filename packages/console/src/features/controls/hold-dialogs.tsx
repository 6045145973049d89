import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import type { LegalHold } from '../../api/types.ts';
import { FailureNotice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';
import { holdsQuery, retentionQuery } from './queries.ts';

const words = messages.retention;

export type OpenHoldDialog =
  | { readonly kind: 'place' }
  | { readonly kind: 'release'; readonly hold: LegalHold }
  | { readonly kind: 'run' }
  | null;

interface HoldDialogsProps {
  readonly dialog: OpenHoldDialog;
  readonly onClose: () => void;
}

const titles = {
  place: words.holds.placeTitle,
  release: words.holds.releaseTitle,
  run: words.runTitle,
} as const;

/** The dialog that is open, if any. */
export function HoldDialogs({ dialog, onClose }: HoldDialogsProps) {
  const client = useQueryClient();
  const done = () => {
    for (const { queryKey } of [holdsQuery, retentionQuery]) void client.invalidateQueries({ queryKey });
    onClose();
  };
  return (
    <Modal opened={dialog !== null} onClose={onClose} title={dialog && titles[dialog.kind]}>
      {dialog?.kind === 'place' && <PlaceForm onDone={done} />}
      {dialog?.kind === 'release' && <ReleaseForm hold={dialog.hold} onCancel={onClose} onDone={done} />}
      {dialog?.kind === 'run' && <RunForm onCancel={onClose} onDone={done} />}
    </Modal>
  );
}

const idPattern = /^[a-z0-9][a-z0-9._/-]{0,127}$/;

function PlaceForm({ onDone }: { readonly onDone: () => void }) {
  const [id, setId] = useState('');
  const [reason, setReason] = useState('');
  const [from, setFrom] = useState('');
  const complete = idPattern.test(id.trim()) && reason.trim() !== '';
  const place = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/holds', {
          body: { id: id.trim(), reason: reason.trim(), from: from === '' ? null : from },
        }),
      ),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) place.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{words.holds.placeText}</p>
        <TextInput
          label={words.holds.id}
          description={words.holds.idHint}
          required
          data-autofocus
          maxLength={128}
          value={id}
          onChange={({ currentTarget }) => setId(currentTarget.value)}
        />
        <Reason value={reason} onChange={setReason} />
        <TextInput
          type="date"
          label={words.holds.from}
          description={words.holds.fromHint}
          value={from}
          onChange={({ currentTarget }) => setFrom(currentTarget.value)}
        />
        {place.isError && <FailureNotice error={place.error} />}
        <Button type="submit" loading={place.isPending} disabled={!complete}>
          {words.holds.submit}
        </Button>
      </Stack>
    </form>
  );
}

function Reason({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <TextInput
      label={words.holds.reason}
      description={words.holds.reasonHint}
      required
      maxLength={200}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

interface EndingProps {
  readonly onCancel: () => void;
  readonly onDone: () => void;
}

function ReleaseForm({ hold, onCancel, onDone }: EndingProps & { readonly hold: LegalHold }) {
  const [reason, setReason] = useState('');
  const release = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/holds/{id}/release', {
          params: { path: { id: hold.id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') release.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>
          <strong>{hold.id}</strong>: {hold.reason}
        </p>
        <p>{words.holds.releaseText}</p>
        <Reason value={reason} onChange={setReason} />
        {release.isError && <FailureNotice error={release.error} />}
        <Buttons
          submit={words.holds.releaseSubmit}
          busy={release.isPending}
          ready={reason.trim() !== ''}
          onCancel={onCancel}
        />
      </Stack>
    </form>
  );
}

function RunForm({ onCancel, onDone }: EndingProps) {
  const run = useMutation({
    mutationFn: () => answerOf(api.POST('/api/retention/run', { body: {} })),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{words.runText}</p>
        {run.isError && <FailureNotice error={run.error} />}
        <Buttons submit={words.runSubmit} busy={run.isPending} ready onCancel={onCancel} />
      </Stack>
    </form>
  );
}

interface ButtonsProps {
  readonly submit: string;
  readonly busy: boolean;
  readonly ready: boolean;
  readonly onCancel: () => void;
}

function Buttons({ submit, busy, ready, onCancel }: ButtonsProps) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        {messages.actions.cancel}
      </Button>
      <Button type="submit" color="red.8" loading={busy} disabled={!ready}>
        {submit}
      </Button>
    </Group>
  );
}
