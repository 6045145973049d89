import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followHead } from '../api/events.ts';
import { readSession } from '../api/session.ts';
import { headQuery } from './queries.ts';

const refreshEveryMs = 3_000;
const firstPauseMs = 1_000;
const longestPauseMs = 15_000;

/**
 * Follows the ledger's head while the console is open, and asks live queries again when it grew (at most every three
 * seconds). Returns whether the connection stands.
 */
export function useLive(): boolean {
  const client = useQueryClient();
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    let due: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      due ??= setTimeout(() => {
        due = undefined;
        void client.invalidateQueries({ predicate: ({ meta }) => meta?.live === true });
      }, refreshEveryMs);
    };
    void keepFollowing(stop.signal, setConnected, (head) => {
      const before = client.getQueryData(headQuery.queryKey);
      client.setQueryData(headQuery.queryKey, head);
      if (before && (before.size !== head.size || before.signedSize !== head.signedSize)) refresh();
    });
    return () => {
      stop.abort();
      clearTimeout(due);
    };
  }, [client]);
  return connected;
}

async function keepFollowing(
  signal: AbortSignal,
  setConnected: (connected: boolean) => void,
  onHead: Parameters<typeof followHead>[2],
): Promise<void> {
  let pause = firstPauseMs;
  while (!signal.aborted && readSession() !== null) {
    try {
      await followHead(
        signal,
        () => {
          pause = firstPauseMs;
          setConnected(true);
        },
        onHead,
      );
    } catch {
      // Shown as "not live"; the next try follows.
    }
    if (signal.aborted) return;
    setConnected(false);
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, longestPauseMs);
  }
}
