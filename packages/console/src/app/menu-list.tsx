import { Link } from '@tanstack/react-router';
import { Icon } from '../components/icons.tsx';
import { messages } from '../messages/en.ts';
import { menu } from './pages.ts';
import { useMay } from './permissions.ts';
import styles from './shell.module.css';

/** The pages that policy permits to the reader; `onChosen` is told when one was picked. */
export function MenuList({ onChosen }: { readonly onChosen?: () => void }) {
  const may = useMay();
  return (
    <nav aria-label={messages.shell.navigation}>
      <ul className={styles.menu}>
        {menu
          .filter(({ needs }) => may(needs))
          .map(({ to, label, icon }) => (
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
