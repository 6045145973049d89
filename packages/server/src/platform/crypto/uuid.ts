import { randomFillSync } from 'node:crypto';

const hex: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Random bytes are drawn for many ids at once: the system's generator is asked once for some hundred calls. */
const pool = Buffer.alloc(4_080);
let used = pool.length;

/** A new UUID of version 7 (RFC 9562): 48 bits of the time, then 74 random ones. */
export function newUuid(): string {
  if (used + 10 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const time = Date.now().toString(16).padStart(12, '0');
  const at = used;
  used += 10;
  const byte = (index: number): string => hex[pool[at + index] as number] as string;
  const version = hex[((pool[at] as number) & 0x0f) | 0x70] as string;
  const variant = hex[((pool[at + 2] as number) & 0x3f) | 0x80] as string;
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-${version}${byte(1)}-${variant}${byte(3)}-` +
    `${byte(4)}${byte(5)}${byte(6)}${byte(7)}${byte(8)}${byte(9)}`
  );
}
