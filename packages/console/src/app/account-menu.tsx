import { ActionIcon, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Icon } from '../components/icons.tsx';
import { Time } from '../components/time.tsx';
import { messages } from '../messages/en.ts';
import { meQuery } from './queries.ts';
import { signOut } from './sign-out.ts';

const { shell } = messages;

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const { data: me } = useQuery(meQuery);
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={shell.account}>
          <Icon name="person" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {me && (
          <Menu.Label>
            {me.name ?? me.principal ?? me.via}
            <br />
            {shell.roles(me.roles)}
            {me.expiresAt && (
              <>
                <br />
                {shell.ends} <Time at={me.expiresAt} />
              </>
            )}
          </Menu.Label>
        )}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{shell.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
