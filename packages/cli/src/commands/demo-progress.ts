/** How far the demo's history is; counts are of calls. */
interface Progress {
  readonly made: number;
  readonly planned: number;
  readonly refused: number;
  readonly reasons: number;
  readonly people: number;
  readonly state: 'running' | 'done' | 'stopped' | 'broken';
}

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const clearLine = '\u001b[K';

/** Shows progress on one line of a terminal that is written over, or elsewhere as a line a quarter. */
export function progressOn(terminal: Terminal): (progress: Progress) => void {
  let quarter = 0;
  return (progress) => {
    const { made, planned, state } = progress;
    const line = `history: ${made} of ${planned} calls`;
    const reached = Math.floor((4 * made) / planned);
    if (state !== 'running')
      terminal.write(`${terminal.isTTY ? clearLine : ''}history: ${ending(progress)}\n`);
    else if (terminal.isTTY) terminal.write(`${clearLine}${line}\r`);
    else if (reached > quarter && reached < 4) terminal.write(`${line}\n`);
    quarter = reached;
  };
}

function ending({ made, planned, refused, reasons, people, state }: Progress): string {
  if (state === 'done') {
    return `${made} calls by ${people} people, ${refused} of them refused, for ${reasons} reasons`;
  }
  const counts = `after ${made} of ${planned} calls`;
  return state === 'stopped' ? `stopped ${counts}` : `given up ${counts}, because they got no answer`;
}
