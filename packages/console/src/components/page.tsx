import { type ReactNode, useEffect } from 'react';
import { messages } from '../messages/en.ts';
import styles from './page.module.css';

interface PageProps {
  /** Name of the page in the browser's title; the heading too, unless `heading` is given. */
  readonly title: string;
  readonly heading?: ReactNode;
  readonly lead?: ReactNode;
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** A page: one heading, one sentence, then its panels. */
export function Page({ title, heading, lead, above, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${messages.product}`;
  }, [title]);
  return (
    <div className={styles.page}>
      {above}
      <header className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title}>{heading ?? title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
