import { Fragment, type ReactNode } from 'react';
import { messages } from '../messages/en.ts';
import styles from './facts.module.css';

export interface Fact {
  readonly name: string;
  /** Null: it isn't known, and that is said. */
  readonly value: ReactNode;
}

/** Names with their values, in two pairs a line with `twice`. */
export function Facts({
  facts,
  twice = false,
}: {
  readonly facts: readonly Fact[];
  readonly twice?: boolean;
}) {
  return (
    <dl className={`${styles.facts} ${twice ? styles.twice : ''}`}>
      {facts.map(({ name, value }) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>
            {value === null || value === undefined || value === '' ? (
              <span className={styles.none}>{messages.none}</span>
            ) : (
              value
            )}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
