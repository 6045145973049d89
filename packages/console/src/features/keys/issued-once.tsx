import { Button, Stack } from '@mantine/core';
import type { IssuedKey } from '../../api/types.ts';
import { CodeBlock } from '../../components/code.tsx';
import { Notice } from '../../components/notice.tsx';
import { Time } from '../../components/time.tsx';
import { messages } from '../../messages/en.ts';

const words = messages.keys.once;

/** The new key: here, and never again. */
export function IssuedOnce({ issued, onDone }: { readonly issued: IssuedKey; readonly onDone: () => void }) {
  return (
    <Stack>
      <Notice tone="warn" icon="eye" title={words.text} />
      <CodeBlock text={issued.key} what={words.key} />
      <p>
        {words.expires} <Time at={issued.expiresAt} />.
      </p>
      {issued.beyondGrants.length > 0 && (
        <Notice tone="warn" icon="warning" title={`${words.beyond} ${issued.beyondGrants.join(', ')}`} />
      )}
      <Button onClick={onDone}>{words.done}</Button>
    </Stack>
  );
}
