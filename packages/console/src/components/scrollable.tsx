import type { ReactNode } from 'react';

interface ScrollableProps {
  /** Names the region for screen readers. */
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A region that scrolls by itself, so the keyboard has to be able to reach it. */
export function Scrollable({ label, className, children }: ScrollableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it only a mouse could scroll.
    <section className={className} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
