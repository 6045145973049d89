import { TextLink } from '../components/link.tsx';
import { FailureNotice } from '../components/notice.tsx';
import { Page } from '../components/page.tsx';
import { messages } from '../messages/en.ts';

export function NotFoundPage() {
  const { title, text, back } = messages.notFound;
  return (
    <Page title={title} lead={text}>
      <p>
        <TextLink to="/">{back}</TextLink>
      </p>
    </Page>
  );
}

/** What stands in the place of a page that threw. */
export function FailedPage({ error }: { readonly error: unknown }) {
  return (
    <Page title={messages.failed.title}>
      <FailureNotice error={error} />
    </Page>
  );
}
