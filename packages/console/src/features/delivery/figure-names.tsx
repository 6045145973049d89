import styles from './figure-names.module.css';
import { figureNames } from './figure-text.ts';

/** Figures by name only, those of one kind together. */
export function FigureNames({ kpis }: { readonly kpis: readonly string[] }) {
  return (
    <ul className={styles.list}>
      {figureNames(kpis).map((name) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  );
}
