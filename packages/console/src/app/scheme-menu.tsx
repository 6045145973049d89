import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { Icon, type IconName } from '../components/icons.tsx';
import { messages } from '../messages/en.ts';

const { scheme: words } = messages.shell;
const choices = [
  ['auto', 'system', words.auto],
  ['light', 'sun', words.light],
  ['dark', 'moon', words.dark],
] as const satisfies readonly (readonly [string, IconName, string])[];

/** Light, dark, or as the system says. */
export function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [, icon] = choices.find(([value]) => value === colorScheme) ?? choices[0];
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={words.label}>
          <Icon name={icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(([value, sign, label]) => (
          <Menu.Item
            key={value}
            leftSection={<Icon name={sign} />}
            rightSection={value === colorScheme ? <Icon name="check" /> : null}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
