import type { RefusalGroup } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Limited } from '../../components/limited.tsx';
import { TextLink } from '../../components/link.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { Titled } from '../../components/titled.tsx';
import { messages } from '../../messages/en.ts';

const words = messages.overview.why;
const shown = 6;

interface RefusalReasonsProps {
  readonly refusals: readonly RefusalGroup[];
  /** Start of the window, so that the entries behind a count are the ones that were counted. */
  readonly from: string;
  readonly className?: string;
}

/** Why calls were refused: each deciding policy with what to do about it. */
export function RefusalReasons({ refusals, from, className }: RefusalReasonsProps) {
  return (
    <Panel title={words.title} className={className}>
      {refusals.length === 0 ? (
        <EmptyState title={words.none}>
          {words.noneText}{' '}
          <TextLink to="/about" underline="always">
            {messages.shell.pages.about}
          </TextLink>
          .
        </EmptyState>
      ) : (
        <Limited rows={refusals} most={shown}>
          {(rows) => (
            <DataTable
              label={words.title}
              columns={columns(from)}
              rows={rows}
              rowKey={({ policyId }) => policyId}
            />
          )}
        </Limited>
      )}
    </Panel>
  );
}

const columns = (from: string): readonly Column<RefusalGroup>[] => [
  {
    id: 'policy',
    header: words.policy,
    card: 'head',
    wide: true,
    cell: ({ title, policyId }) => <Titled title={title} id={policyId} />,
  },
  { id: 'advice', header: words.advice, cell: ({ advice }) => advice },
  {
    id: 'last',
    header: words.last,
    tight: true,
    cell: ({ lastAt, lastId }) =>
      lastAt !== null &&
      lastId !== null && (
        <TextLink to="/audit/$entry" params={{ entry: lastId }}>
          <Time at={lastAt} as="relative" />
        </TextLink>
      ),
  },
  {
    id: 'count',
    header: words.count,
    align: 'right',
    tight: true,
    cell: ({ count, policyId }) => (
      <TextLink to="/audit" search={{ policyId, decision: 'deny', from }} aria-label={words.all(count)}>
        {count}
      </TextLink>
    ),
  },
];
