import type { FsckPart, ReadEntry, Rows } from '../../ledger/fsck/api.ts';

const columns = 'idx, id, ts, kind, op, decision';
const listed = 20;
const rebuild = 'Stop the server and remove metrics.db: it is built again from the ledger at the next start.';

type Row = Awaited<ReturnType<Rows>>[number];

/**
 * Compares the audit index with the ledger, row by row up to where it has come. It is read before the ledger, so that a
 * server that goes on writing doesn't make it look ahead. `origin` is the ledger's name.
 */
export async function indexPart(rows: Rows, origin: () => Promise<string | null>): Promise<FsckPart> {
  const [state] = await rows('select origin, next from audit_state');
  const next = Number(state?.next ?? 0);
  const [counted] = await rows('select count(*) as count from audit_entries');
  const count = Number(counted?.count ?? 0);
  const differing: string[] = [];
  let compared = 0;
  let forgotten = 0;
  let more = 0;
  const compare = async (page: readonly (ReadEntry | Pick<ReadEntry, 'entry'>)[]) => {
    const wanted = page.filter(({ entry }) => entry.index < next);
    if (wanted.length === 0) return;
    const [first, last] = [wanted[0]!.entry.index, wanted.at(-1)!.entry.index];
    const read = await rows(`select ${columns} from audit_entries where idx between ${first} and ${last}`);
    const byIndex = new Map(read.map((row) => [Number(row.idx), row]));
    for (const one of wanted) {
      compared += 1;
      const row = byIndex.get(one.entry.index);
      // With its bytes a call may have lost its row.
      if (row === undefined && !('fields' in one)) {
        forgotten += 1;
        continue;
      }
      if (isRowOf(one, row)) continue;
      if (differing.length < listed) differing.push(`entry ${one.entry.index}`);
      else more += 1;
    }
  };
  return {
    take: compare,
    takePruned: (page) => compare(page.map((entry) => ({ entry }))),
    async finish(report) {
      if (next > 0 && state?.origin !== (await origin())) {
        report('index-foreign', 'audit_state', `The audit index belongs to another log. ${rebuild}`);
      }
      for (const where of differing)
        report('index-differs', where, `Its row says something else. ${rebuild}`);
      if (more > 0) report('index-differs', `${more} more rows`, `They say something else. ${rebuild}`);
      if (count + forgotten !== next || compared < next) {
        const message = `It holds ${count} rows of ${next} entries, ${compared} of them in the ledger. ${rebuild}`;
        report('index-differs', 'audit_entries', message);
      }
      return { indexRows: compared };
    },
  };
}

/** Of a pruned entry only the columns are left to compare with. */
function isRowOf(one: ReadEntry | Pick<ReadEntry, 'entry'>, row: Row | undefined): boolean {
  const { entry } = one;
  const fields = 'fields' in one ? one.fields : null;
  return (
    row?.id === entry.id &&
    Number(row.ts) === entry.ts &&
    row.kind === entry.kind &&
    row.op === entry.op &&
    (fields === null || row.decision === (fields.kind === 'decision' ? fields.decision : null))
  );
}
