import type { ReactNode } from 'react';
import type { Overview } from '../../api/types.ts';
import { Icon, type IconName } from '../../components/icons.tsx';
import { formatCount, formatMoney, formatShare } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import styles from './tiles.module.css';

const words = messages.overview.tiles;

interface TileProps {
  readonly name: string;
  readonly icon: IconName;
  readonly tone?: 'good' | 'bad' | 'warn';
  readonly number: ReactNode;
  readonly note: string;
}

function Tile({ name, icon, tone, number, note }: TileProps) {
  return (
    <div className={styles.tile}>
      <dt className={styles.name}>
        <span className={tone && styles[tone]}>
          <Icon name={icon} size={14} />
        </span>
        {name}
      </dt>
      <dd>
        <p className={styles.number}>{number}</p>
        <p className={styles.note}>{note}</p>
      </dd>
    </div>
  );
}

/** The numbers of the window, and the state of the record they come from. */
export function Tiles({ overview: { calls, spend, ledger } }: { readonly overview: Overview }) {
  const pending = ledger.size - ledger.signedSize;
  const record = !ledger.healthy ? words.unhealthy : pending > 0 ? words.pending(pending) : words.signed;
  return (
    <dl className={styles.tiles}>
      <Tile
        name={words.allowed}
        icon="check"
        tone="good"
        number={formatCount(calls.allowed)}
        note={words.ofCalls(formatShare(calls.allowed, calls.total))}
      />
      <Tile
        name={words.refused}
        icon="cross"
        tone="bad"
        number={formatCount(calls.refused)}
        note={words.ofCalls(formatShare(calls.refused, calls.total))}
      />
      <Tile
        name={words.failed}
        icon="warning"
        tone="warn"
        number={formatCount(calls.failed)}
        note={words.failedNote}
      />
      <Tile
        name={words.spend}
        icon="budgets"
        number={formatMoney(spend.microUsd)}
        note={words.unpriced(spend.unpricedCalls)}
      />
      <Tile
        name={words.record}
        icon={ledger.healthy ? 'lock' : 'warning'}
        tone={ledger.healthy ? 'good' : 'bad'}
        number={
          <>
            {formatCount(ledger.size)} <span className={styles.unit}>{words.entries}</span>
          </>
        }
        note={record}
      />
    </dl>
  );
}
