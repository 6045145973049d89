import { useEffect } from 'react';
import { ApiError } from '../../api/errors.ts';
import { Mark } from '../../app/brand.tsx';
import { CodeBlock } from '../../components/code.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { messages } from '../../messages/en.ts';
import { lastSignIn } from './outcome.ts';
import styles from './sign-in-page.module.css';

const words = messages.signIn;

/** For those without a session: what to do to get one, and why the last one is no longer there. */
export function SignInPage() {
  const outcome = lastSignIn();
  useEffect(() => {
    document.title = `${words.title} · ${messages.product}`;
  }, []);
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <div className={styles.brand}>
          <Mark size={32} />
          {messages.product}
        </div>
        <h1 className={styles.title}>{words.title}</h1>
        {outcome.kind === 'failed' && <FailureNotice error={new ApiError(outcome.failure)} />}
        {outcome.kind === 'ended' && (
          <Notice tone="warn" icon="clock" title={words.ended} live>
            <p>{words.endedFix}</p>
          </Notice>
        )}
        <p>{words.lead}</p>
        <p>{words.how}</p>
        <CodeBlock text={words.command} what={words.commandName} />
        <p className={styles.dim}>{words.terms}</p>
      </div>
    </main>
  );
}
