import '@mantine/core/styles.layer.css';
import './app/tokens.css';
import './app/base.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onSessionEnd } from './api/client.ts';
import { watchPresence } from './api/presence.ts';
import { askOtherTabs, keepSession, readSession, shareSession } from './api/session.ts';
import { announceNonce, styleNonce } from './app/nonce.ts';
import { createQueryClient } from './app/queries.ts';
import { createConsoleRouter } from './app/router.tsx';
import { cssVariables, theme } from './app/theme.ts';
import { rememberSignIn } from './features/sign-in/outcome.ts';
import { redeemFragment } from './features/sign-in/redeem.ts';

announceNonce();
watchPresence(document);

/** A session comes from the link that opened this page, else from another tab. */
async function findSession(): Promise<void> {
  const outcome = await redeemFragment();
  rememberSignIn(outcome);
  if (outcome.kind === 'none' && readSession() === null) {
    const token = await askOtherTabs();
    if (token !== null) keepSession(token);
  }
}

function start(): void {
  const router = createConsoleRouter();
  const queryClient = createQueryClient();
  const leave = () => {
    rememberSignIn({ kind: 'ended' });
    queryClient.clear();
    void router.navigate({ to: '/sign-in' });
  };
  onSessionEnd(leave);
  shareSession(leave);
  createRoot(document.getElementById('root') as HTMLElement).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        colorSchemeManager={localStorageColorSchemeManager({ key: 'fairlead.colours' })}
        getStyleNonce={() => styleNonce() ?? ''}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

void findSession().then(start, start);
