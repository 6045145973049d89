import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { KeyView } from '../../api/types.ts';
import { useMay } from '../../app/permissions.ts';
import { programQuery } from '../../app/queries.ts';
import { Loaded } from '../../components/loaded.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { messages } from '../../messages/en.ts';
import { KeyDialogs, type OpenDialog } from './key-dialogs.tsx';
import { isLive, stateOf } from './key-state.ts';
import { KeysTable } from './keys-table.tsx';
import { keysQuery } from './queries.ts';

const words = messages.keys;
type Shown = keyof typeof words.show;

/** Who holds which key; issuing, rotating and revoking them. */
export function KeysPage() {
  const query = useQuery(keysQuery);
  const may = useMay();
  const [shown, setShown] = useState<Shown>('active');
  const [dialog, setDialog] = useState<OpenDialog>(null);
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={may('IssueKey') && <Button onClick={() => setDialog({ kind: 'issue' })}>{words.issue}</Button>}
    >
      <Panel
        title={words.list}
        aside={
          <SegmentedControl
            size="xs"
            aria-label={words.shown}
            value={shown}
            onChange={(value) => setShown(value as Shown)}
            data={Object.entries(words.show).map(([value, label]) => ({ value, label }))}
          />
        }
      >
        <Loaded query={query}>
          {(keys) => (
            <Listed
              keys={keys}
              shown={shown}
              onRotate={may('IssueKey') ? (key) => setDialog({ kind: 'rotate', key }) : null}
              onRevoke={may('RevokeKey') ? (key) => setDialog({ kind: 'revoke', key }) : null}
            />
          )}
        </Loaded>
      </Panel>
      <KeyDialogs dialog={dialog} onChange={setDialog} />
    </Page>
  );
}

interface ListedProps {
  readonly keys: readonly KeyView[];
  readonly shown: Shown;
  /** Null: policy does not permit it. */
  readonly onRotate: ((key: KeyView) => void) | null;
  readonly onRevoke: ((key: KeyView) => void) | null;
}

function Listed({ keys, shown, onRotate, onRevoke }: ListedProps) {
  const { data: program } = useQuery(programQuery);
  const now = Date.now();
  const rows = keys
    .map((key) => ({
      ...key,
      state: stateOf(key, now),
      holder: program?.principals.find(({ id }) => id === key.principal)?.name ?? key.principal,
    }))
    .filter(({ state }) => shown === 'all' || isLive(state) === (shown === 'active'));
  if (keys.length === 0) return <EmptyState title={words.empty.title}>{words.empty.text}</EmptyState>;
  if (rows.length === 0) return <EmptyState title={words.noneShown.title}>{words.noneShown.text}</EmptyState>;
  return <KeysTable rows={rows} onRotate={onRotate} onRevoke={onRevoke} />;
}
