import { decodeLatin1 } from './base64-text.ts';

function parse(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(decodeLatin1(part));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/**
 * True for a compact JWS whose header names an algorithm and that carries a signature. The specimen that every
 * tutorial shows (subject 1234567890) and Supabase's public `anon` role are let through.
 */
export function isSignedJwt(token: string): boolean {
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = parse(head);
  if (header === null || typeof header.alg !== 'string' || header.alg.toLowerCase() === 'none') return false;
  if (signature.length < 20) return false;
  const payload = parse(body);
  return payload?.sub !== '1234567890' && payload?.role !== 'anon';
}
