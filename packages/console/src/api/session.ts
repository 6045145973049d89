/*
 * The session token. The cookie alone never suffices, since cookies are shared between the ports of a host; this token
 * stands in `sessionStorage`, which belongs to the exact origin. A tab opened from another one asks it for the token.
 */
const storageKey = 'fairlead.session';
const channelName = 'fairlead.session';
const askTimeoutMs = 300;

export function readSession(): string | null {
  return sessionStorage.getItem(storageKey);
}

export function keepSession(token: string): void {
  sessionStorage.setItem(storageKey, token);
}

export function dropSession(): void {
  sessionStorage.removeItem(storageKey);
}

/** Answers other tabs of this origin that have no token yet, and ends with them when one signs out. */
export function shareSession(onEnded: () => void): void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = ({ data }: MessageEvent<{ ask?: true; ended?: true }>) => {
    const token = readSession();
    if (data.ask && token !== null) channel.postMessage({ token });
    if (data.ended && token !== null) {
      dropSession();
      onEnded();
    }
  };
}

/** Tells the other tabs that the session is over. */
export function announceEnd(): void {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage({ ended: true });
  channel.close();
}

/** The token of another tab of this origin, or null when none answers. */
export function askOtherTabs(): Promise<string | null> {
  const channel = new BroadcastChannel(channelName);
  return new Promise((resolve) => {
    const finish = (token: string | null) => {
      channel.close();
      resolve(token);
    };
    setTimeout(finish, askTimeoutMs, null);
    channel.onmessage = ({ data }: MessageEvent<{ token?: unknown }>) => {
      if (typeof data.token === 'string') finish(data.token);
    };
    channel.postMessage({ ask: true });
  });
}
