/*
 * Whether somebody is at the page. What a page asks by itself is marked, so that an unattended console does not keep
 * its session alive for ever.
 */
const attendedMs = 60_000;
let lastSeen = Date.now();

export const backgroundHeader = 'x-fairlead-background';

/** Notices keys, pointers and touches. */
export function watchPresence(target: Pick<Document, 'addEventListener'>): void {
  for (const name of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const) {
    target.addEventListener(
      name,
      () => {
        lastSeen = Date.now();
      },
      { passive: true, capture: true },
    );
  }
}

export function isAttended(now = Date.now()): boolean {
  return now - lastSeen < attendedMs;
}
