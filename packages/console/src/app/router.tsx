import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { readSession } from '../api/session.ts';
import { AboutPage } from '../features/about/about-page.tsx';
import { AuditPage } from '../features/audit/audit-page.tsx';
import { readAuditSearch } from '../features/audit/search.ts';
import { BudgetsPage } from '../features/budgets/budgets-page.tsx';
import { ControlsPage } from '../features/controls/controls-page.tsx';
import { readControlsSearch } from '../features/controls/search.ts';
import { EntryPage } from '../features/entry/entry-page.tsx';
import { KeysPage } from '../features/keys/keys-page.tsx';
import { OverviewPage } from '../features/overview/overview-page.tsx';
import { readOverviewSearch } from '../features/overview/search.ts';
import { readSessionsSearch } from '../features/sessions/search.ts';
import { SessionPage } from '../features/sessions/session-page.tsx';
import { SessionsPage } from '../features/sessions/sessions-page.tsx';
import { SignInPage } from '../features/sign-in/sign-in-page.tsx';
import { FailedPage, NotFoundPage } from './fallback-pages.tsx';
import { Shell } from './shell.tsx';

const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: FailedPage,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: SignInPage,
});

/** Everything that needs a session. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: () => {
    if (readSession() === null) throw redirect({ to: '/sign-in' });
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: OverviewPage,
  validateSearch: readOverviewSearch,
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  component: AuditPage,
  validateSearch: readAuditSearch,
});

const entryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit/$entry',
  component: EntryPage,
});

const sessionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions',
  component: SessionsPage,
  validateSearch: readSessionsSearch,
});

const sessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions/$session',
  component: SessionPage,
});

const controlsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/controls',
  component: ControlsPage,
  validateSearch: readControlsSearch,
});

const budgetsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/budgets',
  component: BudgetsPage,
});

const keysRoute = createRoute({ getParentRoute: () => shellRoute, path: '/keys', component: KeysPage });
/** Within the frame, so that the menu leads on from an address that leads nowhere. */
const unknownRoute = createRoute({ getParentRoute: () => shellRoute, path: '$', component: NotFoundPage });
const aboutRoute = createRoute({ getParentRoute: () => shellRoute, path: '/about', component: AboutPage });

const routeTree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    overviewRoute,
    auditRoute,
    entryRoute,
    sessionsRoute,
    sessionRoute,
    controlsRoute,
    budgetsRoute,
    keysRoute,
    aboutRoute,
    unknownRoute,
  ]),
]);

export function createConsoleRouter() {
  return createRouter({
    routeTree,
    defaultPreload: false,
    scrollRestoration: false,
    defaultErrorComponent: FailedPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
