import { Link } from '@tanstack/react-router';
import { useMay } from '../../app/permissions.ts';
import { messages } from '../../messages/en.ts';
import styles from './tabs.module.css';

const words = messages.delivery.tabs;

const pages = [
  ['/delivery', words.figures],
  ['/delivery/change', words.change],
  ['/delivery/definitions', words.definitions],
  ['/delivery/health', words.health],
  ['/delivery/baselines', words.baselines],
] as const;

/** The pages of delivery. Who sees no figures sees changes of the repositories that they can read. */
export function DeliveryTabs() {
  const may = useMay();
  const shown = may('ReadOverview') ? pages : pages.filter(([to]) => to === '/delivery/change');
  return (
    <nav aria-label={words.label}>
      <ul className={styles.tabs}>
        {shown.map(([to, label]) => (
          <li key={to}>
            <Link
              to={to}
              className={styles.tab}
              activeOptions={{ exact: to === '/delivery', includeSearch: false }}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
