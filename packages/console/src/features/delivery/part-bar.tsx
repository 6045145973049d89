import type { Part } from '../../api/types.ts';
import { messages } from '../../messages/en.ts';
import styles from './part-bar.module.css';

const words = messages.delivery.parts;

/** In the order in which a change goes through them. */
export const partOrder = [
  'coding',
  'draft',
  'pickup',
  'review',
  'merge_wait',
  'deploy',
  'closed',
  'unreviewed',
] as const satisfies readonly Part[];

/** Null: unknown, and not drawn. */
export type Parts = { readonly [P in Part]: number | null };

/** Parts as one bar; shares of their total. Decoration: their numbers always stand beside it. */
export function PartBar({ parts, total }: { readonly parts: Parts; readonly total: number }) {
  return (
    <div className={styles.bar} aria-hidden="true">
      {partOrder
        .map((part) => ({ part, seconds: parts[part] ?? 0 }))
        .filter(({ seconds }) => seconds > 0)
        .map(({ part, seconds }) => (
          <div
            key={part}
            className={`${styles.part} ${styles[part]}`}
            title={words[part]}
            style={{ width: `${(seconds / total) * 100}%` }}
          />
        ))}
    </div>
  );
}

/** What the colours and patterns of a bar mean. */
export function PartLegend({ shown }: { readonly shown: readonly Part[] }) {
  return (
    <ul className={styles.legend}>
      {shown.map((part) => (
        <li key={part}>
          <PartName part={part} />
        </li>
      ))}
    </ul>
  );
}

/** A part with its colour and pattern. */
export function PartName({ part }: { readonly part: Part }) {
  return (
    <span className={styles.sample}>
      <span className={`${styles.swatch} ${styles[part]}`} aria-hidden="true" />
      {words[part]}
    </span>
  );
}
