import { useQuery } from '@tanstack/react-query';
import type { DeliveryHealth } from '../../api/types.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Limited } from '../../components/limited.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Name } from '../../components/name.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { Time } from '../../components/time.tsx';
import { formatCount, formatShare } from '../../format/numbers.ts';
import { formatDay } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import { sourceName } from './figure-text.ts';
import styles from './health-page.module.css';
import { healthQuery } from './queries.ts';
import { DeliveryTabs } from './tabs.tsx';

const words = messages.delivery.health;
const remedies: { readonly [source: string]: string } = words.connect;
const shown = 15;

/** How complete the facts are. */
export function HealthPage() {
  const query = useQuery(healthQuery);
  return (
    <Page title={words.title} lead={words.lead}>
      <DeliveryTabs />
      <Loaded query={query} lines={12}>
        {(health) => <Health health={health} />}
      </Loaded>
    </Page>
  );
}

function Health({ health }: { readonly health: DeliveryHealth }) {
  const { sources, repositories, people, bots, unknownLinks, ahead, restating } = health;
  return (
    <>
      <Panel title={words.sources}>
        {sources.every(({ connected }) => !connected) && (
          <EmptyState title={words.nothing.title}>{words.nothing.text}</EmptyState>
        )}
        <DataTable label={words.sources} columns={columns} rows={sources} rowKey={({ source }) => source} />
      </Panel>
      <div className={styles.pair}>
        <Panel title={words.repositories} lead={words.withFacts(repositories.withFacts, repositories.listed)}>
          <Names title={words.without} none={words.noneWithout} names={repositories.without} />
          {repositories.unlisted.length > 0 && (
            <Names title={words.unlisted} none="" names={repositories.unlisted} />
          )}
        </Panel>
        <Panel title={words.people} lead={words.peopleText(people.known, people.unmapped)}>
          <Names title={words.bots} none={words.noBots} names={bots} />
        </Panel>
      </div>
      {unknownLinks.count > 0 && <UnknownLinks {...unknownLinks} />}
      {ahead.count > 0 && <Ahead {...ahead} />}
      {restating.nextRestatement !== null && (
        <Panel title={words.restating.title}>
          <p>{words.restating.text(restating.waiting, formatDay(restating.nextRestatement.slice(0, 10)))}</p>
        </Panel>
      )}
    </>
  );
}

function UnknownLinks({ count, links }: DeliveryHealth['unknownLinks']) {
  const text = words.links;
  return (
    <Panel title={text.title} lead={text.lead(count)}>
      <Limited rows={links} most={shown}>
        {(few) => (
          <ul className={styles.list}>
            {few.map(({ incident, rel, kind, name }) => (
              <li key={`${incident} ${rel} ${kind} ${name}`}>
                <Name>{text.line[rel](incident, text.kind[kind](name))}</Name>
              </li>
            ))}
          </ul>
        )}
      </Limited>
      {count > links.length && <p>{text.more(count - links.length)}</p>}
    </Panel>
  );
}

function Ahead({ count, facts }: DeliveryHealth['ahead']) {
  const text = words.ahead;
  return (
    <Panel title={text.title} lead={text.lead(count)}>
      <ul className={styles.list}>
        {facts.map(({ type, name, at }) => (
          <li key={`${type} ${name}`}>
            <Name>{text.kinds[type](name)}</Name>, <Time at={at} />
          </li>
        ))}
      </ul>
      {count > facts.length && <p>{words.links.more(count - facts.length)}</p>}
    </Panel>
  );
}

interface NamesProps {
  readonly title: string;
  readonly none: string;
  readonly names: readonly string[];
}

function Names({ title, none, names: list }: NamesProps) {
  return (
    <section className={styles.names}>
      <h3>{title}</h3>
      {list.length === 0 ? (
        <p>{none}</p>
      ) : (
        <Limited rows={list} most={shown}>
          {(few) => (
            <ul className={styles.list}>
              {few.map((name) => (
                <li key={name}>
                  <Name>{name}</Name>
                </li>
              ))}
            </ul>
          )}
        </Limited>
      )}
    </section>
  );
}

const columns: readonly Column<DeliveryHealth['sources'][number]>[] = [
  {
    id: 'source',
    header: words.columns.source,
    card: 'head',
    cell: ({ source, connected }) => (
      <>
        {sourceName(source)}
        {!connected && remedies[source] !== undefined && (
          <span className={styles.remedy}>{remedies[source]}</span>
        )}
      </>
    ),
  },
  {
    id: 'state',
    header: words.columns.state,
    tight: true,
    cell: ({ connected }) => (
      <StatusChip
        status={connected ? 'active' : 'unknown'}
        label={connected ? words.connected : words.notConnected}
      />
    ),
  },
  {
    id: 'facts',
    header: words.columns.facts,
    align: 'right',
    cell: ({ facts }) => (facts === null ? null : formatCount(facts)),
  },
  {
    id: 'repositories',
    header: words.columns.repositories,
    align: 'right',
    cell: ({ repositories }) => (repositories === null ? null : formatCount(repositories)),
  },
  {
    id: 'coverage',
    header: words.columns.coverage,
    align: 'right',
    cell: ({ coverage }) => (coverage === null ? null : formatShare(coverage, 1)),
  },
  {
    id: 'newest',
    header: words.columns.newest,
    align: 'right',
    cell: ({ newest }) => (newest === null ? null : <Time at={newest} as="relative" />),
  },
];
