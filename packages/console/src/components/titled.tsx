import { Name } from './name.tsx';
import styles from './titled.module.css';

/** What a row is about: its title, and below it the id by which files and entries name it. */
export function Titled({ title, id }: { readonly title: string; readonly id: string }) {
  return (
    <>
      <p className={styles.title}>{title}</p>
      <p className={styles.id}>
        <Name>{id}</Name>
      </p>
    </>
  );
}
