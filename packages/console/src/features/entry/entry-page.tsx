import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { EntryDetail } from '../../api/types.ts';
import { CodeBlock } from '../../components/code.tsx';
import crumbs from '../../components/crumbs.module.css';
import { EntryStatus, kindWord } from '../../components/entry-status.tsx';
import { TextLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { EntryFacts } from './entry-facts.tsx';
import styles from './entry-page.module.css';
import { Inspection } from './inspection.tsx';
import { ProofPanel } from './proof/proof-panel.tsx';
import { entryQuery } from './queries.ts';
import { Reasons } from './reasons.tsx';
import { Related } from './related.tsx';

const words = messages.entry;

/** One entry: what it says in a sentence, why, its facts, and the proof that it stands in the log. */
export function EntryPage() {
  const { entry: id } = useParams({ from: '/shell/audit/$entry' });
  const query = useQuery(entryQuery(id));
  const row = query.data?.row;
  return (
    <Page
      title={words.title}
      heading={row?.title}
      above={
        <nav className={crumbs.crumbs} aria-label={words.crumbs}>
          <TextLink to="/audit">{messages.audit.title}</TextLink>
          <span aria-hidden="true">/</span>
          <span>{row ? words.number(formatCount(row.index)) : words.title}</span>
        </nav>
      }
      lead={
        row && (
          <span className={styles.state}>
            <EntryStatus row={row} />
            <span>
              {kindWord(row.kind)} · <Time at={row.ts} as="second" />
            </span>
          </span>
        )
      }
    >
      <Loaded query={query} lines={12}>
        {(detail) => <Detail detail={detail} />}
      </Loaded>
    </Page>
  );
}

function Detail({ detail }: { readonly detail: EntryDetail }) {
  const { row, entry } = detail;
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <Reasons detail={detail} />
        <EntryFacts detail={detail} />
        <Inspection entry={entry} />
      </div>
      <div className={styles.column}>
        <ProofPanel key={row.id} id={row.id} index={row.index} entry={entry} />
        <Related detail={detail} />
      </div>
      <Panel className={styles.whole} title={words.raw.title} lead={words.raw.lead}>
        <CodeBlock text={JSON.stringify(entry, null, 2)} what={words.raw.what} />
      </Panel>
    </div>
  );
}
