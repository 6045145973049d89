import type { IconName } from '../components/icons.tsx';
import { messages } from '../messages/en.ts';

const { pages } = messages.shell;

/** The menu, in its order. The folder of a page under `features/` has the page's name. */
export const menu = [
  { to: '/', label: pages.overview, icon: 'overview' },
  { to: '/audit', label: pages.audit, icon: 'audit' },
  { to: '/sessions', label: pages.sessions, icon: 'sessions' },
  { to: '/controls', label: pages.controls, icon: 'controls' },
  { to: '/budgets', label: pages.budgets, icon: 'budgets' },
  { to: '/keys', label: pages.keys, icon: 'keys' },
  { to: '/about', label: pages.about, icon: 'about' },
] as const satisfies readonly { to: string; label: string; icon: IconName }[];
