import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

interface Room {
  /** Of the element that the table stands in. */
  readonly place: RefObject<HTMLDivElement | null>;
  readonly fits: boolean;
}

/** Whether a table has room in its place, in all its breadth. How broad it is, is known once it stood there. */
export function useRoom(): Room {
  const place = useRef<HTMLDivElement>(null);
  const [{ needed, width }, setRoom] = useState({ needed: 0, width: 0 });
  useLayoutEffect(() => {
    const at = place.current?.clientWidth ?? 0;
    const table = place.current?.querySelector('table')?.offsetWidth ?? 0;
    if (table > at && (table !== needed || at !== width)) setRoom({ needed: table, width: at });
  });
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setRoom((room) => ({ ...room, width: element.clientWidth })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { place, fits: needed <= width };
}
