import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { IssuedKey, KeyView } from '../../api/types.ts';
import { messages } from '../../messages/en.ts';
import { IssueForm } from './issue-form.tsx';
import { IssuedOnce } from './issued-once.tsx';
import { keysQuery } from './queries.ts';
import { RevokeForm } from './revoke-form.tsx';
import { RotateForm } from './rotate-form.tsx';

const words = messages.keys;

export type OpenDialog =
  | { readonly kind: 'issue' }
  | { readonly kind: 'issued'; readonly issued: IssuedKey }
  | { readonly kind: 'rotate'; readonly key: KeyView }
  | { readonly kind: 'revoke'; readonly key: KeyView }
  | null;

interface KeyDialogsProps {
  readonly dialog: OpenDialog;
  readonly onChange: (dialog: OpenDialog) => void;
}

const titles = {
  issue: words.form.title,
  issued: words.once.title,
  rotate: words.rotate.title,
  revoke: words.revoke.title,
} as const;

/** The dialog that is open, if any. The one with a new key closes only by its button: the key is shown once. */
export function KeyDialogs({ dialog, onChange }: KeyDialogsProps) {
  const client = useQueryClient();
  const close = () => onChange(null);
  const refresh = () => void client.invalidateQueries({ queryKey: keysQuery.queryKey });
  const showIssued = (issued: IssuedKey) => {
    refresh();
    onChange({ kind: 'issued', issued });
  };
  const holdsKey = dialog?.kind === 'issued';
  return (
    <Modal
      opened={dialog !== null}
      onClose={close}
      title={dialog && titles[dialog.kind]}
      size="lg"
      closeOnClickOutside={!holdsKey}
      closeOnEscape={!holdsKey}
      withCloseButton={!holdsKey}
    >
      {dialog?.kind === 'issue' && <IssueForm onIssued={showIssued} />}
      {dialog?.kind === 'issued' && <IssuedOnce issued={dialog.issued} onDone={close} />}
      {dialog?.kind === 'rotate' && <RotateForm bearer={dialog.key} onIssued={showIssued} />}
      {dialog?.kind === 'revoke' && (
        <RevokeForm
          bearer={dialog.key}
          onCancel={close}
          onRevoked={() => {
            refresh();
            close();
          }}
        />
      )}
    </Modal>
  );
}
