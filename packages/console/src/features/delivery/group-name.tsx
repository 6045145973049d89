import { Name } from '../../components/name.tsx';
import styles from './delivery-page.module.css';
import { groupName } from './figure-text.ts';

/** A group's own name, at the head of its row. */
export function GroupName({ group }: { readonly group: string }) {
  return (
    <span className={group.startsWith('week:') ? styles.weeks : styles.group}>
      <Name>{groupName(group)}</Name>
    </span>
  );
}
