import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { LoadSpan } from './protocol.ts';
import { allSizes, planRows, type Row, type SizeName } from './rows.ts';
import type { System } from './systems.ts';

export interface Options {
  /** Few and short windows: shows that every row can be measured, not what it comes to. */
  readonly quick: boolean;
  readonly json: string | null;
  readonly rows: readonly Row[];
  readonly systems: readonly System['name'][];
  readonly windows: number;
  readonly span: LoadSpan;
  /** Where the data folder and the disk's probe come to lie; the system's temporary folder unless told. */
  readonly folder: string | null;
  /** Folder for CPU profiles of Fairlead and its threads. */
  readonly profiles: string | null;
  readonly cores: number;
}

const usage = `npm run bench:gateway -- [options]
  --quick            2 KB and 200 KB, few at once, short windows; tells only whether every row was produced
  --json FILE        writes the lines to FILE too
  --rows TEXT        only rows whose name holds TEXT, for example "200KB warm"; several by comma
  --systems LIST     of direct,fairlead,peer (all)
  --seconds N        length of a window (4)
  --samples N        a window goes on until it has so many requests too (0)
  --windows N        windows a system and row (2)
  --folder DIR       where the data folder is made (the system's temporary folder)
  --profile DIR      writes CPU profiles of Fairlead there
`;

const known: readonly System['name'][] = ['direct', 'fairlead', 'peer'];

/** Reads the command line; ends the process with 2 when it makes no sense. */
export function readOptions(): Options {
  try {
    return parse();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

function parse(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      rows: { type: 'string' },
      systems: { type: 'string', default: known.join() },
      seconds: { type: 'string' },
      samples: { type: 'string', default: '0' },
      windows: { type: 'string' },
      folder: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const { quick } = values;
  const sizes: readonly SizeName[] = quick ? ['2KB', '200KB'] : allSizes;
  const wanted = values.rows?.split(',').map((text) => text.trim());
  const rows = planRows(sizes, quick ? [1, 4] : [1, 32]).filter(
    ({ name }) => wanted === undefined || wanted.some((text) => name.includes(text)),
  );
  const systems = known.filter((name) => values.systems.split(',').includes(name));
  const seconds = Number(values.seconds ?? (quick ? 0.1 : 4));
  const windows = Number(values.windows ?? (quick ? 1 : 2));
  const samples = Number(values.samples);
  if (rows.length === 0) throw new Error('no row has such a name');
  if (systems.length === 0) throw new Error('no such system');
  if (!(seconds >= 0) || !(windows >= 1) || !(samples >= 0)) throw new Error('a number is wrong');
  return {
    quick,
    json: values.json ?? null,
    rows,
    systems,
    windows,
    span: { milliseconds: seconds * 1_000, requests: Math.ceil(samples / windows) },
    folder: values.folder ?? null,
    profiles: values.profile ?? null,
    cores: availableParallelism(),
  };
}
