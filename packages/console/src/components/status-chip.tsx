import { messages } from '../messages/en.ts';
import { Icon, type IconName } from './icons.tsx';
import styles from './status-chip.module.css';

export type Tone = 'good' | 'bad' | 'warn' | 'note' | 'quiet';

/** Every state that a chip can show: its tone, its sign and (in the catalogue) its word. */
const states = {
  allow: ['good', 'check'],
  deny: ['bad', 'cross'],
  redact: ['note', 'pen'],
  completed: ['good', 'check'],
  failed: ['warn', 'warning'],
  unknown: ['quiet', 'question'],
  enforced: ['good', 'lock'],
  observed: ['warn', 'eye'],
  off: ['bad', 'dash'],
  active: ['good', 'check'],
  expired: ['quiet', 'clock'],
  expiring: ['warn', 'clock'],
  revoked: ['quiet', 'cross'],
  paused: ['warn', 'pause'],
  verified: ['good', 'check'],
  invalid: ['bad', 'cross'],
  waiting: ['quiet', 'clock'],
  config: ['quiet', 'controls'],
  admin: ['quiet', 'person'],
  other: ['quiet', 'about'],
} satisfies Record<string, readonly [Tone, IconName]>;

export type Status = keyof typeof states;

/** A state as a word with a sign; the colour only repeats it. */
export function StatusChip({ status, label }: { readonly status: Status; readonly label?: string }) {
  const [tone, icon] = states[status];
  return (
    <span className={`${styles.chip} ${styles[tone]}`} data-status={status}>
      <Icon name={icon} size={13} />
      {label ?? messages.status[status]}
    </span>
  );
}
