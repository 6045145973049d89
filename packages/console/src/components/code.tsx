import { ActionIcon, CopyButton, VisuallyHidden } from '@mantine/core';
import { messages } from '../messages/en.ts';
import styles from './code.module.css';
import { Icon } from './icons.tsx';
import { Name } from './name.tsx';
import { Scrollable } from './scrollable.tsx';

/** An id or another literal within a sentence. */
export function Code({ children }: { readonly children: string }) {
  return (
    <code className={styles.code}>
      <Name>{children}</Name>
    </code>
  );
}

/** Puts a text on the clipboard. `what` names it for those who can't see where the button stands. */
export function CopyAction({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <CopyButton value={text} timeout={2_000}>
      {({ copied, copy }) => (
        <>
          <ActionIcon
            variant="default"
            size="md"
            onClick={copy}
            aria-label={messages.actions.copy(what)}
            title={copied ? messages.actions.copied : messages.actions.copy(what)}
          >
            <Icon name={copied ? 'check' : 'copy'} size={14} />
          </ActionIcon>
          <VisuallyHidden role="status">{copied ? messages.actions.copied : ''}</VisuallyHidden>
        </>
      )}
    </CopyButton>
  );
}

/** Text to be read or copied as it is. */
export function CodeBlock({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className={styles.block}>
      <Scrollable label={what}>
        <pre>{text}</pre>
      </Scrollable>
      <div className={styles.copy}>
        <CopyAction text={text} what={what} />
      </div>
    </div>
  );
}
