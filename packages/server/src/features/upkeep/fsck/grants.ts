/* Rows of the state that grant something, and the entries that say so. */

/** One table. Its rows are read raw: what is checked here must not go through the code that uses them. */
export interface GrantTable {
  readonly table: string;
  /** Members of the binding, as the entry's feature names them; the columns are the same in snake case. */
  readonly members: readonly string[];
  /** Members that are JSON lists. */
  readonly lists: readonly string[];
  /** Kind of the entry that grants. */
  readonly granted: string;
  /** Detail of that entry that names the row; null where only the binding says which row it is. */
  readonly idDetail: string | null;
  /** Kind of the entry that ends the grant, and the column that then has a time. */
  readonly ended: { readonly what: string; readonly column: string } | null;
}

export const grantTables: readonly GrantTable[] = [
  {
    table: 'identity_keys',
    members: [
      ...['id', 'digest', 'principal', 'repositories', 'assistant', 'device', 'vendor'],
      ...['createdAt', 'expiresAt'],
    ],
    lists: ['repositories'],
    granted: 'key.issued',
    idDetail: 'keyId',
    ended: { what: 'key.revoked', column: 'revoked_at' },
  },
  {
    table: 'identity_tokens',
    members: ['id', 'digest', 'scope', 'createdAt', 'expiresAt'],
    lists: [],
    granted: 'token.issued',
    idDetail: 'tokenId',
    ended: { what: 'token.revoked', column: 'revoked_at' },
  },
  {
    table: 'devices',
    members: [
      ...['id', 'digest', 'principal', 'repositories', 'name', 'codeId'],
      ...['createdAt', 'expiresAt'],
    ],
    lists: ['repositories'],
    granted: 'device.enrolled',
    idDetail: 'deviceId',
    ended: { what: 'device.revoked', column: 'revoked_at' },
  },
  {
    table: 'device_codes',
    members: [
      ...['id', 'digest', 'principal', 'repositories', 'loginExpiresAt'],
      ...['createdAt', 'expiresAt'],
    ],
    lists: ['repositories'],
    granted: 'enrolment-code.issued',
    idDetail: 'codeId',
    ended: null,
  },
  {
    table: 'console_links',
    members: ['digest', 'principal', 'createdAt', 'expiresAt'],
    lists: [],
    granted: 'sign-in.link-issued',
    idDetail: null,
    ended: null,
  },
  {
    table: 'console_sessions',
    members: ['id', 'tokenDigest', 'principal', 'createdAt', 'expiresAt'],
    lists: [],
    granted: 'session.started',
    idDetail: null,
    ended: { what: 'session.ended', column: 'ended_at' },
  },
];
