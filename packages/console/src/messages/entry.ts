import { formatCount, plural } from '../format/numbers.ts';

/** The page of one entry. */
export const entry = {
  title: 'Entry',
  crumbs: 'Where this page stands',
  number: (index: string) => `Entry ${index}`,
  reasons: {
    title: {
      deny: 'Why it was refused, and what to do',
      allow: 'Why it was allowed',
      redact: 'Why parts were redacted',
    },
    advice: 'What to do:',
    none: 'The entry names no policy.',
    severity: (severity: string) => `${severity} severity`,
    same: 'other calls it decided',
  },
  facts: {
    title: 'Facts',
    time: 'Time',
    person: 'Person',
    assistant: 'Assistant',
    repository: 'Repository',
    evidence: {
      key: 'bound to the key',
      token: 'bound to the token',
      header: 'narrowed by a header',
      codex: 'named by Codex',
      claim: 'claimed by the caller',
    },
    model: 'Model',
    endpoint: 'Endpoint',
    point: 'Decided at',
    dataClasses: 'Data classes',
    noClasses: 'none recognised',
    session: 'Session',
    key: 'Key',
    outcome: 'Outcome',
    status: 'Vendor’s status',
    latency: 'Took',
    firstByte: 'First byte after',
    tokensIn: 'Tokens in',
    tokensOut: 'Tokens out',
    cost: 'Cost',
    what: 'What',
    count: 'How often',
    index: 'Number',
    id: 'Id',
    bundle: 'Program',
    engine: 'Engine',
    origin: 'Origin',
    demo: 'the demo, not a live installation',
  },
  person: {
    who: 'Who is this?',
    title: 'Name the person',
    text: 'The ledger knows people by pseudonyms. Asking for the name is itself recorded, with you and your purpose.',
    purpose: 'What you need it for',
    example: 'Incident 42: help with the refused call',
    show: 'Record and show the name',
  },
  inspection: {
    title: 'Inspection',
    found: 'Found',
    clean: 'Nothing that a detector knows.',
    notRun: 'Nothing was inspected, so nothing can be said of the content.',
    truncated: 'There were more groups than an entry holds.',
    notInspected: 'Not inspected',
    allInspected: 'Nothing was left out.',
    inspected: 'Looked for',
    ruleset: (ruleset: string) => `Detectors ${ruleset}`,
    columns: { detector: 'Detector', class: 'Data class', kind: 'Where', grade: 'Grade', count: 'Times' },
  },
  related: {
    title: 'The same call',
    none: 'No other entry of this call yet; its outcome follows when it ends.',
    refused: 'Nothing else: the call was refused, so nothing was sent to a vendor.',
  },
  raw: {
    title: 'As it is stored',
    lead: 'No prompt and no answer: digests, counts and ids only.',
    what: 'the entry as JSON',
  },
  proof: {
    title: 'Proof',
    lead: 'Checked in this browser, from the stored bytes up; nothing is taken from the server’s word.',
    checking: 'Checking',
    results: { verified: 'Verified', invalid: 'Not verified', unknown: 'Not fully checked' },
    sentences: {
      verified: (index: number, size: number) =>
        `This entry stands at index ${formatCount(index)} of the ${plural(size, 'entry', 'entries')} that the log has signed.`,
      invalid: () =>
        'This entry is not what the log has signed. Keep the evidence file and tell your auditor.',
      unknown: () => 'Nothing is wrong, but this browser can’t check the signature.',
    },
    steps: {
      bytes: (_hashes: number, bytes: string) => `The ${bytes} stored bytes are the entry shown here.`,
      leaf: () => 'Their hash, as a leaf of the log’s tree:',
      path: (hashes: number) =>
        hashes === 0
          ? 'It is the only leaf, so its hash is the tree’s root:'
          : `With ${plural(hashes, 'neighbouring hash', 'neighbouring hashes')} it leads to the root:`,
      signature: (_hashes: number, name: string) =>
        `The checkpoint bears the signature of the log ${name}`.trimEnd().concat('.'),
      root: () => 'The signed root and size are the same:',
    },
    stepStates: { invalid: 'This does not hold.', unknown: 'Not checked.' },
    path: (n: number) => `The path through the tree (${plural(n, 'hash', 'hashes')})`,
    sides: { left: 'Neighbour on the left', right: 'Neighbour on the right' },
    checkpoint: 'The signed checkpoint and the key',
    keyText: 'The key it was checked with. Compare it with the one you noted when the log began:',
    key: 'the log’s key',
    elsewhere: 'Check it somewhere else',
    elsewhereText:
      'Save the evidence file and run this on another machine, with the key from a source that you trust. The file is in the c2sp.org/tlog-proof format, which other tools read too.',
    command: 'the command',
    download: 'Save the evidence file',
    limit:
      'The key came from this same server. Whoever holds both its database and its key could write another history; a checkpoint that you kept elsewhere, or a witness, shows that.',
    notSigned: 'Not signed yet',
    notSignedText: 'The log signs within a second of growing; the proof shows here as soon as it has.',
  },
} as const;
