/*
 * GraphQL names what happened to a pull request by node ids only, REST by numbers. The number is inside the node id, so
 * that both come to one fact: `CE_` + base64url of the MessagePack array [0, repository, issue, number], before 2021
 * base64 of `011:ClosedEvent` + number.
 */

/** The number that REST gives a thing; null when the node id is of neither form. */
export function databaseIdOf(nodeId: string): number | null {
  const packed = /^[A-Za-z]+_([A-Za-z0-9_-]+)$/.exec(nodeId)?.[1];
  if (packed !== undefined) return lastNumber(Buffer.from(packed, 'base64url'));
  if (!/^[A-Za-z0-9+/]+=*$/.test(nodeId)) return null;
  const text = /^\d+:[A-Za-z]+?(\d{1,15})$/.exec(Buffer.from(nodeId, 'base64').toString('latin1'))?.[1];
  return text === undefined ? null : Number(text);
}

/** The last of an array of unsigned whole numbers in MessagePack; null for anything else. */
function lastNumber(bytes: Buffer): number | null {
  const count = (bytes[0] ?? 0) & 0x0f;
  if (((bytes[0] ?? 0) & 0xf0) !== 0x90 || count < 2) return null;
  let at = 1;
  let last: bigint | null = null;
  for (let i = 0; i < count; i++) {
    const tag = bytes[at];
    if (tag === undefined) return null;
    at++;
    const size = sizes[tag];
    if (tag < 0x80) last = BigInt(tag);
    else if (size === undefined || at + size > bytes.length) return null;
    else {
      last = BigInt(`0x${bytes.toString('hex', at, at + size)}`);
      at += size;
    }
  }
  const isWhole = at === bytes.length && last !== null && last <= Number.MAX_SAFE_INTEGER;
  return isWhole ? Number(last) : null;
}

/** Bytes of an unsigned number by its tag. */
const sizes: { readonly [tag: number]: number } = { 204: 1, 205: 2, 206: 4, 207: 8 };
