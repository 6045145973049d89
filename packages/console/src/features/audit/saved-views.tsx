import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import type { SavedView } from '../../api/types.ts';
import { Icon } from '../../components/icons.tsx';
import { TextLink } from '../../components/link.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';
import { viewsQuery } from './queries.ts';
import { SaveViewForm } from './save-view-form.tsx';
import styles from './saved-views.module.css';
import { type AuditSearch, readAuditSearch } from './search.ts';

const words = messages.savedViews;

type Dialog = { readonly kind: 'save' } | { readonly kind: 'remove'; readonly view: SavedView } | null;

/** Filters under a name: those of the reader, and those that others share with a role of theirs. */
export function SavedViews({ search }: { readonly search: AuditSearch }) {
  const { data: views = [] } = useQuery(viewsQuery);
  const client = useQueryClient();
  const [dialog, setDialog] = useState<Dialog>(null);
  const changed = () => {
    void client.invalidateQueries({ queryKey: viewsQuery.queryKey });
    setDialog(null);
  };
  return (
    <div className={styles.bar}>
      <h3 className={styles.title}>{words.title}</h3>
      {views.length === 0 ? (
        <p className={styles.none}>{words.none}</p>
      ) : (
        <ul className={styles.list}>
          {views.map((view) => (
            <View key={view.id} view={view} onRemove={() => setDialog({ kind: 'remove', view })} />
          ))}
        </ul>
      )}
      <Button size="xs" variant="default" onClick={() => setDialog({ kind: 'save' })}>
        {words.save}
      </Button>
      <Modal
        opened={dialog !== null}
        onClose={() => setDialog(null)}
        title={dialog?.kind === 'remove' ? words.removeTitle : words.saveTitle}
      >
        {dialog?.kind === 'save' && <SaveViewForm search={search} onSaved={changed} />}
        {dialog?.kind === 'remove' && (
          <RemoveView view={dialog.view} onCancel={() => setDialog(null)} onRemoved={changed} />
        )}
      </Modal>
    </div>
  );
}

function View({ view, onRemove }: { readonly view: SavedView; readonly onRemove: () => void }) {
  return (
    <li className={styles.view}>
      <TextLink to="/audit" search={readAuditSearch(view.filter)}>
        {view.name}
      </TextLink>
      {view.role !== null && <span className={styles.shared}>{words.shared(view.role)}</span>}
      {view.own && (
        <button
          type="button"
          className={styles.remove}
          onClick={onRemove}
          aria-label={words.remove(view.name)}
        >
          <Icon name="cross" size={12} />
        </button>
      )}
    </li>
  );
}

interface RemoveViewProps {
  readonly view: SavedView;
  readonly onCancel: () => void;
  readonly onRemoved: () => void;
}

function RemoveView({ view, onCancel, onRemoved }: RemoveViewProps) {
  const remove = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/api/audit/views/{id}/remove', { params: { path: { id: view.id } } })),
    onSuccess: onRemoved,
  });
  return (
    <Stack>
      <p>{words.removeText(view.name)}</p>
      {remove.isError && <FailureNotice error={remove.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel} data-autofocus>
          {messages.actions.cancel}
        </Button>
        <Button color="red.8" loading={remove.isPending} onClick={() => remove.mutate()}>
          {words.removeSubmit}
        </Button>
      </Group>
    </Stack>
  );
}
