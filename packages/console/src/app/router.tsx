import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readSession } from '../api/session.ts';
import { readAuditSearch } from '../features/audit/search.ts';
import { readControlsSearch } from '../features/controls/search.ts';
import { readDeliverySearch } from '../features/delivery/search.ts';
import { HomePage } from '../features/overview/home-page.tsx';
import { readOverviewSearch } from '../features/overview/search.ts';
import { readSessionsSearch } from '../features/sessions/search.ts';
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
  component: HomePage,
  validateSearch: readOverviewSearch,
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  component: lazyRouteComponent(() => import('../features/audit/audit-page.tsx'), 'AuditPage'),
  validateSearch: readAuditSearch,
});

const entryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit/$entry',
  component: lazyRouteComponent(() => import('../features/entry/entry-page.tsx'), 'EntryPage'),
});

const sessionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions',
  component: lazyRouteComponent(() => import('../features/sessions/sessions-page.tsx'), 'SessionsPage'),
  validateSearch: readSessionsSearch,
});

const sessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions/$session',
  component: lazyRouteComponent(() => import('../features/sessions/session-page.tsx'), 'SessionPage'),
});

const deliveryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/delivery',
  component: lazyRouteComponent(() => import('../features/delivery/delivery-page.tsx'), 'DeliveryPage'),
  validateSearch: readDeliverySearch,
});

const findChangeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/delivery/change',
  component: lazyRouteComponent(() => import('../features/delivery/change-page.tsx'), 'FindChangePage'),
});

const changeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/delivery/change/$host/$owner/$name/$number',
  component: lazyRouteComponent(() => import('../features/delivery/change-page.tsx'), 'ChangePage'),
});

const definitionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/delivery/definitions',
  component: lazyRouteComponent(() => import('../features/delivery/definitions-page.tsx'), 'DefinitionsPage'),
});

const healthRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/delivery/health',
  component: lazyRouteComponent(() => import('../features/delivery/health-page.tsx'), 'HealthPage'),
});

const baselinesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/delivery/baselines',
  component: lazyRouteComponent(() => import('../features/delivery/baselines-page.tsx'), 'BaselinesPage'),
});

const controlsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/controls',
  component: lazyRouteComponent(() => import('../features/controls/controls-page.tsx'), 'ControlsPage'),
  validateSearch: readControlsSearch,
});

const budgetsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/budgets',
  component: lazyRouteComponent(() => import('../features/budgets/budgets-page.tsx'), 'BudgetsPage'),
});

const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('../features/keys/keys-page.tsx'), 'KeysPage'),
});
/** Within the frame, so that the menu leads on from an address that leads nowhere. */
const unknownRoute = createRoute({ getParentRoute: () => shellRoute, path: '$', component: NotFoundPage });
const aboutRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/about',
  component: lazyRouteComponent(() => import('../features/about/about-page.tsx'), 'AboutPage'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    overviewRoute,
    deliveryRoute,
    findChangeRoute,
    changeRoute,
    definitionsRoute,
    healthRoute,
    baselinesRoute,
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
    // Fetches the code of a page when a link to it is pointed at; data stays with its queries.
    defaultPreload: 'intent',
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
