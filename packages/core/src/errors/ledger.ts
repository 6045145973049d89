/** Errors of the ledger area. */
export const ledgerErrors = {
  'ledger.unavailable': {
    status: 503,
    safeMessage: 'The audit ledger cannot record this call, so it is not made.',
    fix: 'Try again shortly; if it stays so, the operator checks `fairlead ledger verify` and the disk.',
  },
  'ledger.disk-low': {
    status: 503,
    safeMessage: 'The disk of the audit ledger is nearly full, so no call is made.',
    fix: 'The operator makes room on the disk of the data folder or of the database; calls go on within seconds.',
  },
  'ledger.on-hold': {
    status: 409,
    safeMessage: 'A legal hold stands, so nothing that it covers is removed.',
    fix: '`fairlead ledger hold list` shows the holds; whoever ordered one says when it ends.',
  },
  'ledger.hold-exists': {
    status: 409,
    safeMessage: 'A hold with this id stands already.',
    fix: 'Choose another id, or release the one that stands first.',
  },
  'ledger.retention-unsaid': {
    status: 409,
    safeMessage:
      'The program does not say how long entries are kept, so no person may prune over the server.',
    fix: 'Add `retention` to fairlead.yaml; whoever runs the machine can prune with a stopped server.',
  },
  'ledger.retention-off': {
    status: 409,
    safeMessage: 'The program does not ask for its retention to be enforced, so nothing is deleted.',
    fix: 'Set `retention.enforce: true` in fairlead.yaml and put the program in force.',
  },
  'ledger.prune-busy': {
    status: 409,
    safeMessage: 'The ledger is being pruned already.',
    fix: 'Wait for it to end; `fairlead retention status` says what it did.',
  },
  'ledger.hold-unknown': {
    status: 404,
    safeMessage: 'There is no hold with this id.',
    fix: 'Look it up with `fairlead ledger hold list`.',
  },
  'ledger.entry-pruned': {
    status: 410,
    safeMessage: 'The entry was pruned: its hash is in the log, its bytes are gone.',
    fix: 'An evidence file or an export that was made before still shows it.',
  },
  'ledger.rolled-back': {
    status: 500,
    safeMessage: 'The ledger is older than, or differs from, the last checkpoint that was signed for it.',
    fix: 'Restore the newest copy of the data folder; a deliberate new start is a new log that names the old one.',
  },
  'ledger.clock-behind': {
    status: 500,
    safeMessage: 'The clock is more than five minutes behind the last ledger entry, so nothing is recorded.',
    fix: 'Set the clock (NTP) and start again. Where it is right, and was ahead when that entry was written: restore a backup from before with --start-new-log, or begin with another data folder.',
  },
  'ledger.corrupt': {
    status: 500,
    safeMessage: 'The ledger database cannot be read, or its tree does not belong to its entries.',
    fix: 'Run `fairlead ledger verify` and restore the newest good copy of the data folder.',
  },
  'ledger.not-found': {
    status: 404,
    safeMessage: 'There is no ledger in this data folder.',
    fix: 'Name the data folder of a server that has been started at least once.',
  },
  'ledger.entry-unknown': {
    status: 404,
    safeMessage: 'The ledger holds no such entry.',
    fix: 'Look the id up with `fairlead ledger list`.',
  },
  'ledger.not-signed-yet': {
    status: 409,
    safeMessage: 'The entry is recorded, but no signed checkpoint covers it yet.',
    fix: 'Try again in a second; a running server signs soon after it records.',
  },
  'ledger.entry-invalid': {
    status: 500,
    safeMessage: 'An entry is not one that the ledger can hold.',
    fix: 'Report this as a defect of Fairlead, with the error message.',
  },
  'ledger.note-invalid': {
    status: 422,
    safeMessage: 'A signed note, checkpoint or proof file is malformed.',
    fix: 'Fetch it again; it must be kept byte for byte.',
  },
  'ledger.key-invalid': {
    status: 422,
    safeMessage: 'A verifier key or signing key is malformed.',
    fix: 'A verifier key reads name+hash+base64 and is printed by `fairlead ledger vkey`.',
  },
  'ledger.key-replaced': {
    status: 409,
    safeMessage:
      'The key that signs the ledger was changed, and this server has the one before, so it signs nothing.',
    fix: 'Put the new key in the place of the old one; a running server takes it within seconds, without a restart.',
  },
  'ledger.signature-invalid': {
    status: 422,
    safeMessage: 'No trusted key signed this note, or a signature of one does not verify.',
    fix: 'Compare the verifier key with the one that the log publishes; treat a mismatch as tampering.',
  },
  'ledger.witness-unreachable': {
    status: 502,
    safeMessage: 'A witness of the ledger gave no cosignature.',
    fix: 'Check that the witness runs, that --witness names its URL and key, and that it knows this log.',
  },
  'ledger.witness-memory-lost': {
    status: 500,
    safeMessage:
      'This witness has a key that may have cosigned, and does not know what, so it would vouch for a log that was rolled back.',
    fix: 'Bring back the newest `witness.db`, or `witness-cosigned.json` beside the key. Where both are lost, move the folder of keys (DIR.keys) away: the next start makes a new key, which every log and verifier must be told.',
  },
  'ledger.not-leader': {
    status: 503,
    safeMessage: 'Another replica signs the ledger now.',
    fix: 'Nothing to do: this replica goes on and signs when it leads again.',
  },
  'ledger.anchor-differs': {
    status: 409,
    safeMessage: 'The log does not continue what was anchored before; nothing was anchored.',
    fix: 'Treat it as tampering or a rolled-back copy: run `fairlead ledger verify` with the anchors.',
  },
  'ledger.anchor-unwritable': {
    status: 500,
    safeMessage: 'The anchor cannot be read or written.',
    fix: 'Name a git working copy or a file that you may write to.',
  },
  'ledger.export-exists': {
    status: 409,
    safeMessage: 'There is already something in the folder for the export; nothing was written.',
    fix: 'Name a new or an empty folder.',
  },
  'ledger.export-unwritable': {
    status: 500,
    safeMessage: 'The export cannot be written.',
    fix: 'Name a folder that you may write to, on a disk with room.',
  },
} as const;
