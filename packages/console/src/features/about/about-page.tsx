import { useQuery } from '@tanstack/react-query';
import type { Program } from '../../api/types.ts';
import { programQuery } from '../../app/queries.ts';
import { Code } from '../../components/code.tsx';
import { Facts } from '../../components/facts.tsx';
import { Icon, type IconName } from '../../components/icons.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { messages } from '../../messages/en.ts';
import styles from './about-page.module.css';
import { Policies } from './policies.tsx';

const words = messages.about;

/** What is governed and what is not, and the program that says so. */
export function AboutPage() {
  const query = useQuery(programQuery);
  return (
    <Page title={words.title} lead={words.lead}>
      <div className={styles.columns}>
        <Panel title={words.covered.title}>
          <List items={words.covered.items} icon="check" tone="good" />
        </Panel>
        <Panel title={words.notCovered.title}>
          <List items={words.notCovered.items} icon="dash" tone="warn" />
        </Panel>
        <Panel title={words.program.title}>
          <Loaded query={query}>{(program) => <Facts facts={factsOf(program)} />}</Loaded>
        </Panel>
      </div>
      {query.data && <Policies policies={query.data.policies} />}
    </Page>
  );
}

interface ListProps {
  readonly items: readonly string[];
  readonly icon: IconName;
  readonly tone: 'good' | 'warn';
}

function List({ items, icon, tone }: ListProps) {
  return (
    <ul className={styles.list}>
      {items.map((item) => (
        <li key={item} className={styles.item}>
          <span className={`${styles.sign} ${styles[tone]}`}>
            <Icon name={icon} />
          </span>
          <span>{item}</span>
        </li>
      ))}
    </ul>
  );
}

function factsOf(program: Program) {
  const { organisation, stage, bundle, unsigned, engine, activatedAt } = program;
  const { principals, assistants, repositories, models } = program;
  const names = words.program;
  return [
    { name: names.organisation, value: organisation.name },
    { name: names.stage, value: names.rank(stage.id, stage.rank) },
    { name: names.signed, value: unsigned ? names.unsigned : names.yes },
    { name: names.activated, value: activatedAt && <Time at={activatedAt} as="second" /> },
    { name: names.engine, value: engine },
    {
      name: names.counts,
      value: names.listed(principals.length, assistants.length, repositories.length, models.length),
    },
    { name: names.bundle, value: <Code>{bundle}</Code> },
  ];
}
