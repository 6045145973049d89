import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../app/queries.ts';
import { TextLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { messages } from '../../messages/en.ts';
import { OverviewPage } from './overview-page.tsx';

const words = messages.ownHome;

/** The overview, or, for whoever may not see it, what there is instead. */
export function HomePage() {
  const query = useQuery(meQuery);
  if (query.data?.actions.includes('ReadOverview')) return <OverviewPage />;
  return (
    <Loaded query={query} lines={10}>
      {() => <OwnHome />}
    </Loaded>
  );
}

function OwnHome() {
  return (
    <Page title={words.title} lead={words.lead}>
      <Panel title={words.changes}>
        <p>
          <TextLink to="/delivery/change">{words.open}</TextLink>
        </p>
      </Panel>
      <p>{words.roles}</p>
    </Page>
  );
}
