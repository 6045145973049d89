import { BlockList, isIP } from 'node:net';
import { FairleadError } from '@fairlead/core/errors';

export interface AddressSet {
  readonly size: number;
  has(address: string): boolean;
}

/** Addresses and ranges (`10.0.0.0/8`, `fd00::/8`, `192.0.2.7`). @throws FairleadError `server.address-invalid`. */
export function parseAddresses(list: readonly string[]): AddressSet {
  const set = new BlockList();
  for (const item of list) {
    const [address = '', bits, ...rest] = item.split('/');
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (family === 0 || rest.length > 0 || prefix < 0 || prefix > most) {
      throw new FairleadError('server.address-invalid', {
        message: `"${item}" is not an address or a range.`,
      });
    }
    set.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    size: list.length,
    has(address) {
      const plain = plainAddress(address);
      return plain !== null && set.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** An IP address without zone; IPv4 inside IPv6 (`::ffff:192.0.2.7`) as IPv4. Null for anything else. */
export function plainAddress(text: string): string | null {
  const address = text.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  const plain = mapped ? mapped[1]! : address;
  return isIP(plain) === 0 ? null : plain.toLowerCase();
}

/** Whether only this machine can reach an address. Of names only `localhost` counts. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const plain = plainAddress(host);
  return plain !== null && (plain === '::1' || /^127\./.test(plain));
}
