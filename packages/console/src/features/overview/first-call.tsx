import { ButtonLink } from '../../components/link.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { messages } from '../../messages/en.ts';

const { first, chart } = messages.overview;

/** For an installation that no assistant has called yet. */
export function FirstCall() {
  return (
    <Panel title={chart.title}>
      <EmptyState title={first.title}>
        <p>{first.text}</p>
        <ButtonLink to="/keys" size="xs" mt="sm">
          {first.action}
        </ButtonLink>
      </EmptyState>
    </Panel>
  );
}
