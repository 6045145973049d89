import { Button } from '@mantine/core';
import { Icon } from '../../components/icons.tsx';
import { formatMinute } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import styles from './filters.module.css';
import type { FilterName } from './search.ts';

const words = messages.audit;

interface ActiveFiltersProps {
  readonly active: readonly (readonly [FilterName, string])[];
  readonly onRemove: (name: FilterName) => void;
  readonly onClear: () => void;
}

const shown = (name: FilterName, value: string) =>
  name === 'from' || name === 'to' ? formatMinute(value) : value;

/** The filters in force, each with its way out. */
export function ActiveFilters({ active, onRemove, onClear }: ActiveFiltersProps) {
  if (active.length === 0) return null;
  return (
    <div className={styles.active}>
      {active.map(([name, value]) => (
        <button
          key={name}
          type="button"
          className={styles.pill}
          onClick={() => onRemove(name)}
          aria-label={words.remove(words.fields[name], shown(name, value))}
        >
          <span>
            {words.fields[name]}: <strong>{shown(name, value)}</strong>
          </span>
          <Icon name="cross" size={12} />
        </button>
      ))}
      {active.length > 1 && (
        <Button size="compact-sm" variant="subtle" onClick={onClear}>
          {words.clear}
        </Button>
      )}
    </div>
  );
}
