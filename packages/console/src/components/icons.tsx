import type { ReactNode } from 'react';

/* Line icons of our own, 16 × 16. They are decoration: the text beside them says the same. */
const shapes = {
  overview: <path d="M2.5 9.5h3v4h-3zM6.5 2.5h3v11h-3zM10.5 6.5h3v7h-3z" />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  delivery: <path d="M2 4.5h6M2 8h9M2 11.5h4M10.5 5.5L13 8l-2.5 2.5" />,
  audit: <path d="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M5.5 8h5M5.5 11h5" />,
  sessions: <path d="M4 3.5v9M4 5.5h8.5M4 10.5h5.5M2.5 3.5h3M2.5 12.5h3" />,
  controls: <path d="M8 1.5l5.5 2v4c0 3.5-2.3 5.8-5.5 7-3.2-1.2-5.5-3.5-5.5-7v-4zM5.5 8l2 2 3-3.5" />,
  keys: <path d="M8.3 7.7l5.2-5.2M11 5l2 2M9 6.5a3 3 0 1 0-1 5 3 3 0 0 0 1-5z" />,
  budgets: <path d="M2 12.5h12M3.5 10a4.5 4.5 0 1 1 9 0M8 10l2.3-3" />,
  about: <path d="M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 7.2v4M8 4.9v.2" />,
  check: <path d="M3 8.5l3.2 3.2L13 4.8" />,
  cross: <path d="M4 4l8 8M12 4l-8 8" />,
  partial: <path d="M2.5 5.5h11M2.5 10.5h4M9.5 10.5h4" />,
  dash: <path d="M3.5 8h9" />,
  question: <path d="M5.7 6a2.4 2.4 0 1 1 3.4 2.2c-.8.4-1.1.9-1.1 1.8M8 12.4v.2" />,
  warning: <path d="M8 2.2l6.2 11.3H1.8zM8 6.5v3.2M8 11.6v.2" />,
  eye: (
    <path d="M1.5 8s2.4-4.2 6.5-4.2S14.5 8 14.5 8 12.1 12.2 8 12.2 1.5 8 1.5 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z" />
  ),
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  clock: <path d="M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 4.5V8l2.4 1.6" />,
  sun: (
    <path d="M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M12.8 3.2l-1 1M4.2 11.8l-1 1" />
  ),
  moon: <path d="M13.3 9.6A5.7 5.7 0 0 1 6.4 2.7a5.7 5.7 0 1 0 6.9 6.9z" />,
  system: <path d="M2 3h12v8H2zM6 13.5h4M8 11v2.5" />,
  search: <path d="M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4l3.4 3.4" />,
  copy: <path d="M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1" />,
  download: <path d="M8 2v8M4.8 7l3.2 3.2L11.2 7M2.5 13.5h11" />,
  arrow: <path d="M6 3.5L10.5 8 6 12.5" />,
  person: (
    <path d="M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.8 14c.4-2.7 2.5-4.2 5.2-4.2s4.8 1.5 5.2 4.2" />
  ),
  lock: <path d="M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2" />,
  pen: <path d="M3 13l.8-3L10.6 3.2l2.2 2.2L6 12.2z" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shapes[name]}
    </svg>
  );
}
