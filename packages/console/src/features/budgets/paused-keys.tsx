import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import type { Budgets } from '../../api/types.ts';
import { useMay } from '../../app/permissions.ts';
import { Code } from '../../components/code.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { messages } from '../../messages/en.ts';
import { budgetsQuery } from './queries.ts';

const words = messages.budgets.paused;
type PausedKey = Budgets['pausedKeys'][number];

/** Keys that Fairlead paused by itself, and the way to let them go on. */
export function PausedKeys({ pausedKeys }: { readonly pausedKeys: readonly PausedKey[] }) {
  const may = useMay();
  const [resuming, setResuming] = useState<PausedKey | null>(null);
  if (pausedKeys.length === 0) return null;
  return (
    <Panel title={words.title} lead={words.lead}>
      <DataTable
        label={words.title}
        columns={columns(may('ResumeKey') ? setResuming : null)}
        rows={pausedKeys}
        rowKey={({ keyId }) => keyId}
      />
      <Modal opened={resuming !== null} onClose={() => setResuming(null)} title={words.resumeTitle}>
        {resuming && <ResumeForm keyId={resuming.keyId} onDone={() => setResuming(null)} />}
      </Modal>
    </Panel>
  );
}

const columns = (onResume: ((key: PausedKey) => void) | null): readonly Column<PausedKey>[] => [
  { id: 'key', header: words.key, card: 'head', cell: ({ keyId }) => <Code>{keyId}</Code> },
  { id: 'reason', header: words.reason, cell: ({ reason }) => reason },
  {
    id: 'since',
    header: words.since,
    tight: true,
    cell: ({ since }) => since && <Time at={since} as="second" />,
  },
  ...(onResume === null
    ? []
    : [
        {
          id: 'resume',
          header: messages.keys.columns.actions,
          silent: true,
          tight: true,
          cell: (key: PausedKey) => (
            <Button size="compact-sm" variant="default" onClick={() => onResume(key)}>
              {words.resume}
            </Button>
          ),
        },
      ]),
];

function ResumeForm({ keyId, onDone }: { readonly keyId: string; readonly onDone: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const resume = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/keys/{id}/resume', {
          params: { path: { id: keyId } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: budgetsQuery.queryKey });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    resume.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{words.text}</p>
        <TextInput
          label={words.why}
          required
          data-autofocus
          maxLength={200}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {resume.isError && <FailureNotice error={resume.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {messages.actions.cancel}
          </Button>
          <Button type="submit" loading={resume.isPending} disabled={reason.trim() === ''}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
