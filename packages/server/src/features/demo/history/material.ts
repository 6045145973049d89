/* Invented texts of the kind that passes through an assistant. None of them is ever recorded: only sizes, shapes and what inspection finds in them matter. */
import { crc32 } from 'node:zlib';
import type { Seeded } from './seeded.ts';

export type Language = 'ts' | 'py' | 'kt' | 'swift';

export const things = [
  'invoice',
  'refund',
  'basket',
  'voucher',
  'shipment',
  'catalogue',
  'tariff',
  'payout',
  'mandate',
  'receipt',
  'discount',
  'reminder',
  'listing',
  'batch',
  'dispute',
];
const deeds = [
  'load',
  'merge',
  'round',
  'split',
  'check',
  'price',
  'group',
  'queue',
  'settle',
  'expire',
  'format',
];

/** Language of a repository, guessed from its name as a person would. */
export function languageOf(repository: string): Language {
  if (/ios/.test(repository)) return 'swift';
  if (/android/.test(repository)) return 'kt';
  return /models|lake|analytics/.test(repository) ? 'py' : 'ts';
}

const upper = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

const functions: { readonly [language in Language]: (deed: string, thing: string, size: number) => string } =
  {
    ts: (deed, thing, size) =>
      `export function ${deed}${upper(thing)}s(${thing}s: readonly ${upper(thing)}[], limit = ${size}): ${upper(thing)}[] {\n` +
      `  const open = ${thing}s.filter((${thing}) => ${thing}.state !== 'closed');\n` +
      `  if (open.length <= limit) return open;\n` +
      `  // The oldest ones first: what waits longest is ${deed}ed before the rest.\n` +
      `  return open.sort((a, b) => a.openedAt - b.openedAt).slice(0, limit);\n}\n`,
    py: (deed, thing, size) =>
      `def ${deed}_${thing}s(${thing}s: list[${upper(thing)}], limit: int = ${size}) -> list[${upper(thing)}]:\n` +
      `    """The open ones, oldest first, at most \`limit\` of them."""\n` +
      `    still_open = [one for one in ${thing}s if one.state != "closed"]\n` +
      `    return sorted(still_open, key=lambda one: one.opened_at)[:limit]\n`,
    kt: (deed, thing, size) =>
      `fun ${deed}${upper(thing)}s(${thing}s: List<${upper(thing)}>, limit: Int = ${size}): List<${upper(thing)}> =\n` +
      `    ${thing}s.filter { it.state != State.CLOSED }\n        .sortedBy { it.openedAt }\n        .take(limit)\n`,
    swift: (deed, thing, size) =>
      `func ${deed}${upper(thing)}s(_ ${thing}s: [${upper(thing)}], limit: Int = ${size}) -> [${upper(thing)}] {\n` +
      `    let open = ${thing}s.filter { $0.state != .closed }\n` +
      `    return Array(open.sorted { $0.openedAt < $1.openedAt }.prefix(limit))\n}\n`,
  };

export function pathOf(seeded: Seeded, language: Language): string {
  return `src/${seeded.pick(things)}s/${seeded.pick(deeds)}-${seeded.pick(things)}.${language}`;
}

/** Source code of about this many functions. */
export function source(seeded: Seeded, language: Language, count: number): string {
  const parts = Array.from({ length: count }, () =>
    functions[language](seeded.pick(deeds), seeded.pick(things), seeded.whole(5, 500)),
  );
  return parts.join('\n');
}

const remarks = [
  'Keep changes small and explain why, not what.',
  'Prefer the names that the surrounding code already uses.',
  'Read a file before you change it, and run its tests afterwards.',
  'Say so when something cannot be found, instead of guessing.',
  'Do not touch generated files or the lock file.',
  'Ask before anything that cannot be undone.',
  'Every public function says what it takes, what it returns and how it fails.',
  'A test shows one behaviour, and its name says which.',
  'Times are in UTC, amounts in the smallest unit of their currency.',
  'What fails once an hour deserves as much care as what fails at once.',
  'When two places disagree, the older one is usually the one that others rely on.',
  'Leave what you did not come for as it was.',
];

/** Sentences of at least this many characters. */
export function prose(seeded: Seeded, characters: number): string {
  let text = seeded.pick(remarks);
  while (text.length < characters) text += ` ${seeded.pick(remarks)}`;
  return text;
}

/** What a test runner prints. */
export function testRun(seeded: Seeded, failed: number): string {
  const lines = Array.from({ length: seeded.whole(6, 30) }, (_, at) => {
    const mark = at < failed ? 'not ok' : 'ok';
    return `${mark} ${at + 1} - ${seeded.pick(deeds)}s every ${seeded.pick(things)} (${seeded.whole(1, 90)} ms)`;
  });
  const trace =
    failed > 0
      ? `\nexpected ${seeded.whole(2, 9)} but got ${seeded.whole(10, 19)}\n  at src/${seeded.pick(things)}s.test:${seeded.whole(10, 300)}`
      : '';
  return `${lines.join('\n')}${trace}\n${failed > 0 ? `${failed} failed` : 'all passed'}`;
}

/** Lines that a service logged. */
export function logLines(seeded: Seeded, count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const level = seeded.chance(0.1) ? 'WARN' : 'INFO';
    const took = seeded.whole(2, 900);
    return `09:${String(10 + (at % 50)).padStart(2, '0')}:${String((at * 7) % 60).padStart(2, '0')} ${level} ${seeded.pick(deeds)} ${seeded.pick(things)} took=${took}ms attempts=${seeded.whole(1, 3)}`;
  }).join('\n');
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A token in the form of one host's: the last six characters are a checksum. Nobody ever issued it. */
export function inventedToken(seeded: Seeded): string {
  const body = seeded.text(base62, 30);
  let sum = crc32(body);
  let check = '';
  for (let at = 0; at < 6; at += 1) {
    check = base62[sum % 62] + check;
    sum = Math.floor(sum / 62);
  }
  // In two pieces, so that no scanner takes this file for a leak.
  return `${'gh'}p_${body}${check}`;
}

/** A database address with an invented password in it. */
export function inventedDatabaseUrl(seeded: Seeded): string {
  return `postgres://settlement:${seeded.text(base62, 22)}@db-7.payments.acme.example:5432/settlement`;
}

const names = [
  'Aino Verner',
  'Bo Castell',
  'Cleo Marsh',
  'Dov Ahlers',
  'Eske Tamm',
  'Fenna Brook',
  'Gil Otero',
  'Hedda Vane',
];

/** Rows of people who don't exist, as someone would paste them from an export. */
export function customerTable(seeded: Seeded): string {
  const rows = seeded.shuffled(names).map((name, at) => {
    const phone = `+49 30 ${seeded.whole(100000, 999999)}`;
    return `${4000 + at},${name},${name.toLowerCase().replace(' ', '.')}@kundenpost-beispiel.de,${phone},${seeded.whole(10000, 99999)}`;
  });
  return ['id,customer_name,email,phone,postal_code', ...rows].join('\n');
}

/** One customer, as a ticket mentions them. */
export function customerMention(seeded: Seeded): string {
  const name = seeded.pick(names);
  return `Reported by ${name} (${name.toLowerCase().replace(' ', '.')}@kundenpost-beispiel.de) yesterday.`;
}

/** A line of a test configuration with a password that somebody typed. */
export function suspectLine(seeded: Seeded): string {
  return `  db_password: "${seeded.pick(['Quay', 'Ferry', 'Anchor'])}-${seeded.text('bcdfghjkmnpqrstvwxz23456789', 14)}"`;
}
