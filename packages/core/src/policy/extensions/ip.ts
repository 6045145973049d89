import { Fault } from '../evaluator/fault.ts';
import { IpValue } from '../evaluator/values.ts';

/** Eight groups of four, seven colons and `/128`. */
const maxLength = 43;
const group = /^[0-9a-fA-F]{1,4}$/;

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let address = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null;
    address = (address << 8n) | BigInt(part);
  }
  return address;
}

function groupsOf(text: string): string[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((part) => group.test(part)) ? groups : null;
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  return groups.reduce((address, part) => (address << 16n) | BigInt(`0x${part}`), 0n);
}

function parsePrefix(text: string, max: number): number {
  if (!/^(0|[1-9][0-9]{0,2})$/.test(text) || Number(text) > max)
    throw new Fault('not a valid address prefix');
  return Number(text);
}

/** Reads an IPv4 or IPv6 address, or a range `address/prefix`; no leading zeros, no IPv4 inside IPv6. */
export function parseIp(text: string): IpValue {
  if (text.length > maxLength) throw new Fault('not an IP address');
  const slash = text.indexOf('/');
  const host = slash === -1 ? text : text.slice(0, slash);
  const version = host.includes(':') ? 6 : 4;
  const address = version === 6 ? parseV6(host) : parseV4(host);
  if (address === null) throw new Fault('not an IP address');
  const bits = version === 6 ? 128 : 32;
  return new IpValue(version, address, slash === -1 ? bits : parsePrefix(text.slice(slash + 1), bits));
}

function rangeOf(ip: IpValue): { readonly low: bigint; readonly high: bigint } {
  const hostBits = BigInt((ip.version === 6 ? 128 : 32) - ip.prefix);
  const low = (ip.address >> hostBits) << hostBits;
  return { low, high: low + (1n << hostBits) - 1n };
}

export function isInRange(ip: IpValue, range: IpValue): boolean {
  if (ip.version !== range.version) return false;
  const inner = rangeOf(ip);
  const outer = rangeOf(range);
  return inner.low >= outer.low && inner.high <= outer.high;
}

export function isLoopback(ip: IpValue): boolean {
  if (ip.version === 4) return ip.address >> 24n === 127n && ip.prefix >= 8;
  return ip.address === 1n && ip.prefix === 128;
}

export function isMulticast(ip: IpValue): boolean {
  if (ip.version === 4) return ip.address >> 28n === 0xen && ip.prefix >= 4;
  return ip.address >> 120n === 0xffn && ip.prefix >= 8;
}
