/** Errors of the server area: start-up, listeners, stores and the data directory. */
export const serverErrors = {
  'server.internal': {
    status: 500,
    safeMessage: 'Something went wrong inside Fairlead.',
    fix: 'Look up the operation id in the server log.',
  },
  'server.schema-newer': {
    status: 500,
    safeMessage: 'This data was written by a newer Fairlead.',
    fix: 'Start the version of Fairlead that wrote it, or a newer one.',
  },
  'server.schema-absent': {
    status: 404,
    safeMessage: 'Nothing of this kind has been kept here yet.',
    fix: 'Start the server with this data folder or database, and with what it keeps this for.',
  },
  'server.schema-older': {
    status: 409,
    safeMessage: 'This data was written by an older Fairlead and is not up to date yet.',
    fix: 'Start the server once with this data folder, which brings it up to date, then try again.',
  },
  'server.node-too-old': {
    status: 500,
    safeMessage: 'This Node is too old for Fairlead.',
    fix: 'Use Node 22.22.2 or newer in line 22, or 24.15 or newer.',
  },
  'server.listener-insecure': {
    status: 500,
    safeMessage: 'A listener that other machines can reach needs TLS or a trusted proxy in front of it.',
    fix: 'Give --tls-cert and --tls-key, or --behind-proxy CIDR, or listen on a loopback address.',
  },
  'server.tls-verification-off': {
    status: 500,
    safeMessage: 'NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of vendors’ certificates.',
    fix: 'Unset NODE_TLS_REJECT_UNAUTHORIZED; trust an own authority with NODE_EXTRA_CA_CERTS.',
  },
  'server.tls-invalid': {
    status: 500,
    safeMessage: 'The TLS certificate or key can’t be read.',
    fix: 'Check the files named by --tls-cert and --tls-key.',
  },
  'server.address-invalid': {
    status: 500,
    safeMessage: 'An address or address range is not valid.',
    fix: 'Write an IP address or a range such as 10.0.0.0/8.',
  },
  'server.listen-failed': {
    status: 500,
    safeMessage: 'The listener could not be opened.',
    fix: 'Check that the port is free and that this account may open it.',
  },
  'server.credential-missing': {
    status: 500,
    safeMessage: 'A credential was named on the command line, and no variable of that name is set.',
    fix: 'Export the variable before the start, or leave out --credential for it.',
  },
  'server.vendor-override': {
    status: 500,
    safeMessage: 'A vendor base URL on the command line is not usable.',
    fix: 'Name a vendor of the program and an http(s) URL on a loopback address.',
  },
  'server.host-unknown': {
    status: 421,
    safeMessage: 'This server does not answer to that host name.',
    fix: 'Use a name that fairlead.yaml lists under network.hosts, or a loopback name.',
  },
  'server.malformed': {
    status: 400,
    safeMessage: 'The request is not well-formed HTTP, is too large in its head, or did not come in time.',
    fix: 'Check the client or the proxy in front.',
  },
  'server.browser-refused': {
    status: 400,
    safeMessage: 'Requests from browser pages are not accepted here.',
    fix: 'Call it from a program or the command line instead of a web page.',
  },
  'server.route-unknown': {
    status: 404,
    safeMessage: 'There is nothing at this path for this method.',
    fix: 'See docs/reference/control.md for the paths of the control listener.',
  },
  'server.body-invalid': {
    status: 400,
    safeMessage: 'The request body is not what this path expects.',
    fix: 'Send the JSON that docs/reference/openapi.json, or /api/openapi.json of the server, describes for this path.',
  },
  'server.query-invalid': {
    status: 400,
    safeMessage: 'A parameter of the address is not one that this path takes.',
    fix: 'See docs/reference/openapi.json, or /api/openapi.json of the server, for the parameters of each path.',
  },
  'server.body-too-large': {
    status: 413,
    safeMessage: 'The request body is larger than this path accepts.',
    fix: 'Send at most 64 KiB, or 1 MiB to a webhook.',
  },
  'server.media-type': {
    status: 415,
    safeMessage: 'The content type is not accepted here.',
    fix: 'Send application/json.',
  },
  'server.telemetry-endpoint': {
    status: 500,
    safeMessage: 'OTEL_EXPORTER_OTLP_ENDPOINT is not the URL of a collector.',
    fix: 'Set it to an http(s) base URL such as http://127.0.0.1:4318, or unset it.',
  },
  'server.unreachable': {
    status: 502,
    safeMessage: 'The Fairlead server did not answer.',
    fix: 'Check that it runs and that --server or --data names it.',
  },
  'server.streams-full': {
    status: 503,
    safeMessage: 'As many live views are open as this server serves.',
    fix: 'Close some pages of the console; without live updates they show what was there when they were opened.',
  },
  'store.locked': {
    status: 423,
    safeMessage: 'Another process holds the data directory and can’t be reached.',
    fix: 'Stop that process, name another folder with --data, or send the command to it with --server URL and FAIRLEAD_TOKEN.',
  },
  'store.unreadable': {
    status: 500,
    safeMessage: 'A store can’t be opened.',
    fix: 'Check the path, its owner and its permissions.',
  },
  'store.damaged': {
    status: 500,
    safeMessage: 'A database of the data folder is damaged.',
    fix: 'Stop the server, keep a copy of the data folder, and restore the newest good backup with `fairlead restore`.',
  },
  'store.unavailable': {
    status: 503,
    safeMessage: 'The database does not answer.',
    fix: 'Try again shortly; if it stays so, the operator checks PostgreSQL and the way to it.',
  },
  'store.pooled': {
    status: 500,
    safeMessage:
      'The database is reached through a pooler that gives each transaction another session; locks, notifications and settings of durability belong to one.',
    fix: 'Give the database’s own address in --database or FAIRLEAD_DATABASE.',
  },
  'store.full': {
    status: 503,
    safeMessage: 'There is no room on the disk, so nothing was changed.',
    fix: 'Make room on the disk of the data folder or of the database, outside of the data folder (where there seems to be some, a quota may be used up), then try again.',
  },
  'store.secret-invalid': {
    status: 500,
    safeMessage: 'A file that should hold a secret of this installation holds something else.',
    fix: 'Put the file back from a copy of the folder of keys. Without it what was made with it no longer holds: findings that match, sessions, tokens or kept content.',
  },
  'store.not-durable': {
    status: 500,
    safeMessage: 'The store would not keep what it confirms: a durability setting did not take effect.',
    fix: 'Put the data directory on a local disk; check the settings that the message names.',
  },
  'store.network-filesystem': {
    status: 500,
    safeMessage:
      'The data directory is on a network filesystem, where SQLite’s locks and syncs can’t be trusted.',
    fix: 'Put --data on a local disk, or use PostgreSQL with --database.',
  },
  'store.database-not-empty': {
    status: 409,
    safeMessage: 'There is already something in the PostgreSQL database; nothing was copied.',
    fix: 'Name a new, empty database.',
  },
  'store.database-in-use': {
    status: 409,
    safeMessage: 'A server uses this PostgreSQL database; nothing was copied.',
    fix: 'Stop every server that was started with this database; one that was killed counts as gone after a minute.',
  },
  'store.database-unreachable': {
    status: 502,
    safeMessage: 'The PostgreSQL database did not answer, or ended the session.',
    fix: 'Check the host, port, user and password in --database and that the server runs, then start again.',
  },
  'store.not-copyable': {
    status: 500,
    safeMessage: 'The data folder holds something that this version can’t copy to PostgreSQL.',
    fix: 'Use the version of Fairlead that wrote the data folder, or a newer one.',
  },
  'store.moved': {
    status: 410,
    safeMessage: 'This data folder was copied to PostgreSQL and is not written any more.',
    fix: 'Start with --database and the URL of that database.',
  },
  'store.moved-elsewhere': {
    status: 409,
    safeMessage: 'This data folder was copied to another PostgreSQL database, and goes to one only.',
    fix: 'Start with --database and the URL of that database. Where it was lost before anything went on there, make an empty one of its name on its server and copy again, or restore a backup of the folder.',
  },
  'store.move-unfinished': {
    status: 409,
    safeMessage:
      'A copy of this data folder to PostgreSQL was begun, and it is not known whether it arrived.',
    fix: 'Run `fairlead migrate sqlite-to-postgres` again with the same database: it finds out, and copies what did not arrive. To go on with the folder instead, add --give-up, which is refused when the copy arrived.',
  },
} as const;
