/** Words that show that a value is a stand-in. Matched anywhere in the value, without regard to case. */
const WORDS =
  /example|changeme|change[-_ ]me|placeholder|redacted|dummy|your[-_ ]|[-_ ]your|my[-_]?(?:secret|token|password|key)|insert[-_ ]|replace[-_ ]|x{5}|\*{4}|\.{3}|todo|sample|fake|token[-_]?here|key[-_]?here|_here|goes[-_]here/i;

/** Templates and references: `${VAR}`, `$VAR`, `{{…}}`, `<…>`, `%VAR%`, `#{…}`, `$(…)`, `@Var@`. */
const TEMPLATE =
  /^\$[A-Za-z_({]|\$\{|\{\{|^\{[^}]*\}$|^<[^>]*>?$|^%[^%]+%$|#\{|\$\(|^@[\w.]+@$|^\[[^\]]*\]$|^`/;

/** What tutorials call a password: `somepassword`, `my awesome password`, `super-secret`. */
const TUTORIAL =
  /^(?:[a-z]{0,8}[-_ ]?){0,2}(?:pass|password|passphrase|passwd|pwd|secret|passw0rd|user|token|key)[-_ ]?[a-z]{0,6}\d{0,3}$/;

/** Values that are passwords only in tutorials and local set-ups. */
const COMMON = new Set(
  (
    'password passwd pass pwd secret token key admin root user username test testing tests none null nil undefined ' +
    'true false default empty string value localhost postgres mysql mongo redis guest foo bar baz foobar abc abc123 ' +
    '123 1234 12345 123456 12345678 123456789 1234567890 qwerty letmein welcome changeit mypassword passw0rd p@ssw0rd ' +
    'p@ssword password1 password123 hunter2 s3cr3t admin123 test123 testpass dev development prod production ' +
    'minioadmin rootpassword userpass userpassword dbpassword example demo local'
  ).split(' '),
);

/** True when one character makes up most of `text`, or only two or three do. */
export function isRepetitive(text: string): boolean {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  if (counts.size === 1) return true;
  const most = Math.max(...counts.values());
  return text.length >= 6 && (counts.size <= 3 || most / text.length > 0.5);
}

/** Characters that people repeat to say "something goes here". */
const FILLER = /^(?:[xX*.0#1_-])+$/;

/**
 * True when the body of a token with a distinctive prefix is plainly a stand-in (`xxxx`, `<token>`, `YOUR_KEY`). Kept
 * narrow: with a distinctive prefix, a doubtful body counts as real.
 */
export function isTokenPlaceholder(body: string): boolean {
  if (FILLER.test(body)) return true;
  const filler = body.replace(/[^xX*.#]/g, '').length;
  return (
    filler / body.length > 0.6 ||
    /your[-_]|placeholder|redacted|changeme|token[-_]?here|key[-_]?here/i.test(body)
  );
}

/** True when an assigned value is a stand-in, a template, a reference or a tutorial password. */
export function isValuePlaceholder(value: string): boolean {
  const bare = value.toLowerCase();
  return (
    COMMON.has(bare) ||
    TUTORIAL.test(value) ||
    WORDS.test(value) ||
    TEMPLATE.test(value) ||
    isRepetitive(value)
  );
}

/** True when a user and a password of a URL or command are a tutorial's. */
export function isCredentialPlaceholder(user: string, password: string): boolean {
  if (isValuePlaceholder(password)) return true;
  return user !== '' && password.toLowerCase() === user.toLowerCase();
}
