import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Icon } from '../components/icons.tsx';
import { messages } from '../messages/en.ts';
import { changeItem, menu } from './pages.ts';
import { useMay } from './permissions.ts';
import { meQuery } from './queries.ts';
import styles from './shell.module.css';

/** The pages that policy permits to the reader; `onChosen` is told when one was picked. */
export function MenuList({ onChosen }: { readonly onChosen?: () => void }) {
  const may = useMay();
  const { data: me } = useQuery(meQuery);
  const permitted = menu.filter(({ needs }) => may(needs));
  const items = me && !may('ReadOverview') ? [changeItem, ...permitted] : permitted;
  return (
    <nav aria-label={messages.shell.navigation}>
      <ul className={styles.menu}>
        {items.map(({ to, label, icon }) => (
          <li key={to}>
            <Link
              to={to}
              className={styles.item}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              onClick={onChosen}
            >
              <Icon name={icon} />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
