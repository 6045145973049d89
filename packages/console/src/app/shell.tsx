import { ActionIcon, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Icon } from '../components/icons.tsx';
import { StatusChip } from '../components/status-chip.tsx';
import { messages } from '../messages/en.ts';
import { AccountMenu } from './account-menu.tsx';
import { Mark } from './brand.tsx';
import { useLive } from './live.ts';
import { MenuList } from './menu-list.tsx';
import { useMay } from './permissions.ts';
import { headQuery, programQuery } from './queries.ts';
import { SchemeMenu } from './scheme-menu.tsx';
import styles from './shell.module.css';

const { shell } = messages;

/** Menu, head and page of everything behind the sign-in. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  useFocusOnPageChange(main);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {shell.skip}
      </a>
      <aside className={styles.side}>
        <Link to="/" className={styles.brand}>
          <Mark />
          {messages.product}
        </Link>
        <MenuList />
      </aside>
      <TopBar />
      <main className={styles.main} id="content" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

/** Moves the keyboard to the new page, as loading a document would. Filters of the same page don't move it. */
function useFocusOnPageChange(main: React.RefObject<HTMLElement | null>) {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what it waits for.
  useEffect(() => {
    if (path === undefined) return;
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      globalThis.scrollTo(0, 0);
    }
    first.current = false;
  }, [path]);
}

function TopBar() {
  const [open, { open: show, close }] = useDisclosure(false);
  const may = useMay();
  const { data: program } = useQuery({ ...programQuery, enabled: may('ReadConfiguration') });
  return (
    <header className={styles.top}>
      <div className={styles.burger}>
        <ActionIcon variant="default" size="lg" aria-label={shell.menu} aria-expanded={open} onClick={show}>
          <Icon name="menu" />
        </ActionIcon>
      </div>
      <Drawer opened={open} onClose={close} title={messages.product} size={260}>
        <MenuList onChosen={close} />
      </Drawer>
      <div className={styles.context}>
        {program && <span className={styles.organisation}>{program.organisation.name}</span>}
        {program && (
          <span className={styles.stage}>
            <StatusChip status="active" label={shell.stage(program.stage.id)} />
          </span>
        )}
        {program?.unsigned && (
          <span className={styles.stage} title={shell.unsignedWhy}>
            <StatusChip status="observed" label={shell.unsigned} />
          </span>
        )}
      </div>
      <div className={styles.right}>
        {may('ReadOverview') && <LiveState />}
        <SchemeMenu />
        <AccountMenu />
      </div>
    </header>
  );
}

function LiveState() {
  const connected = useLive();
  const { data: head } = useQuery(headQuery);
  return (
    <span className={styles.live} title={connected ? undefined : shell.live.why}>
      <span className={styles.dot} data-on={connected} aria-hidden="true" />
      {connected ? shell.live.on : shell.live.off}
      {head && <span className={styles.head}>· {shell.head(head.size, head.signedSize)}</span>}
    </span>
  );
}
