import type { Overview } from '../../api/types.ts';
import { Limited } from '../../components/limited.tsx';
import { TextLink } from '../../components/link.tsx';
import { Name } from '../../components/name.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { NumbersTable } from './numbers-table.tsx';

const words = messages.overview;
const most = 8;

interface CallsBreakdownProps {
  readonly title: string;
  readonly filter: 'assistant' | 'repository';
  readonly rows: Overview['assistants'];
  readonly className?: string;
}

/** Calls per assistant or repository, each leading to its entries. */
export function CallsBreakdown({ title, filter, rows, className }: CallsBreakdownProps) {
  return (
    <Panel title={title} className={className}>
      {rows.length === 0 ? (
        <p>{words.noCalls}</p>
      ) : (
        <Limited rows={rows} most={most}>
          {(shown) => (
            <NumbersTable
              label={title}
              headers={[title, words.calls, words.refusedColumn]}
              rows={shown.map(({ id, calls, refused }) => ({
                key: id,
                cells: [
                  <TextLink key="id" to="/audit" search={{ [filter]: id }}>
                    <Name>{id}</Name>
                  </TextLink>,
                  formatCount(calls),
                  formatCount(refused),
                ],
              }))}
            />
          )}
        </Limited>
      )}
    </Panel>
  );
}

/** What inspection recognised, by data class. */
export function FindingsBreakdown({
  findings,
  className,
}: {
  readonly findings: Overview['findings'];
  readonly className?: string;
}) {
  const { title, lead, none } = words.findings;
  return (
    <Panel title={title} lead={lead} className={className}>
      {findings.length === 0 ? (
        <p>{none}</p>
      ) : (
        <NumbersTable
          label={title}
          headers={[words.findings.class, words.findings.count]}
          rows={findings.map(({ class: name, count }) => ({ key: name, cells: [name, formatCount(count)] }))}
        />
      )}
    </Panel>
  );
}
