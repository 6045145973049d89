import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { failureOf } from '../api/errors.ts';
import { messages } from '../messages/en.ts';
import { Icon, type IconName } from './icons.tsx';
import styles from './notice.module.css';
import tones from './status-chip.module.css';
import type { Tone } from './status-chip.tsx';

interface NoticeProps {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  /** Read out by screen readers as soon as it appears. */
  readonly live?: boolean;
}

/** Something the reader should know before going on. */
export function Notice({ tone, icon, title, children, live = false }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${tones[tone]}`} role={live ? 'alert' : undefined}>
      <Icon name={icon} />
      <div className={styles.body}>
        <p className={styles.title}>{title}</p>
        {children}
      </div>
    </div>
  );
}

/** What failed, and what to do about it. */
export function FailureNotice({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { code, message, fix } = failureOf(error);
  return (
    <Notice tone="bad" icon="warning" title={message} live>
      <p className={styles.fix}>{fix}</p>
      <p className={styles.code}>{code}</p>
      {retry && (
        <Button className={styles.actions} size="xs" variant="default" onClick={retry}>
          {messages.actions.retry}
        </Button>
      )}
    </Notice>
  );
}

/** Nothing is here: why, and what to do next. */
export function EmptyState({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{title}</p>
      <div className={styles.emptyText}>{children}</div>
    </div>
  );
}
