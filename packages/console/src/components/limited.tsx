import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { messages } from '../messages/en.ts';

interface LimitedProps<Row> {
  readonly rows: readonly Row[];
  /** How many are shown at first. */
  readonly most: number;
  readonly children: (rows: readonly Row[]) => ReactNode;
}

/** The first of many rows, and a button that shows them all. */
export function Limited<Row>({ rows, most, children }: LimitedProps<Row>) {
  const [all, setAll] = useState(false);
  // A button for one more row would take the room of that row.
  const short = !all && rows.length > most + 1;
  return (
    <>
      {children(short ? rows.slice(0, most) : rows)}
      {short && (
        <Button mt="sm" size="xs" variant="default" onClick={() => setAll(true)}>
          {messages.actions.showAll(rows.length)}
        </Button>
      )}
    </>
  );
}
