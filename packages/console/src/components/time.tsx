import { formatMinute, formatRelative, formatSecond } from '../format/time.ts';

interface TimeProps {
  readonly at: string;
  /** `relative` for what just happened, `second` where the order matters. */
  readonly as?: 'minute' | 'second' | 'relative';
}

/** A time in the reader's own zone; pointing at it shows UTC. */
export function Time({ at, as = 'minute' }: TimeProps) {
  const text =
    as === 'relative'
      ? formatRelative(at, Date.now())
      : as === 'second'
        ? formatSecond(at)
        : formatMinute(at);
  return (
    <time dateTime={at} title={`${formatSecond(at)} (${at})`}>
      {text}
    </time>
  );
}
