import type { IconName } from '../components/icons.tsx';
import { messages } from '../messages/en.ts';
import type { Action } from './permissions.ts';

const { pages } = messages.shell;

/** The menu, in its order, with what its reader needs to be permitted. The folder of a page under `features/` has the page's name. */
export const menu = [
  { to: '/', label: pages.overview, icon: 'overview', needs: 'ReadOverview' },
  { to: '/delivery', label: pages.delivery, icon: 'delivery', needs: 'ReadOverview' },
  { to: '/audit', label: pages.audit, icon: 'audit', needs: 'ReadAudit' },
  { to: '/sessions', label: pages.sessions, icon: 'sessions', needs: 'ReadAudit' },
  { to: '/controls', label: pages.controls, icon: 'controls', needs: 'ReadOverview' },
  { to: '/budgets', label: pages.budgets, icon: 'budgets', needs: 'ReadBudgets' },
  { to: '/keys', label: pages.keys, icon: 'keys', needs: 'ReadConfiguration' },
  { to: '/about', label: pages.about, icon: 'about', needs: 'ReadConfiguration' },
] as const satisfies readonly { to: string; label: string; icon: IconName; needs: Action }[];

/** What everybody who signs in has a page for: those without the figures find it in the menu by itself. */
export const changeItem = { to: '/delivery/change', label: pages.change, icon: 'delivery' } as const;
