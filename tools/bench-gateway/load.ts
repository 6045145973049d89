// The load client: keeps `concurrency` requests under way on as many connections. A process of its own, so that neither
// the gateways nor the clock that measures them wait for the making of bodies. Written here rather than taken from a
// load tool because a row needs a body of its own in every request, the time of the first streamed byte, and runs that
// begin and end on the word of the process that reads the CPU time.
import { type Dispatcher, Pool } from 'undici';
import { type Conversation, createConversation, readCorpus } from './conversation.ts';
import type { Ask, LoadJob, LoadResult, LoadSpan, Told } from './protocol.ts';

const corpus = readCorpus();

interface Answer {
  readonly firstByteMs: number;
  readonly latencyMs: number;
}

/** One request. Rejects unless the answer is 200, whole, and holds something. */
function send(pool: Pool, job: LoadJob, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let status = 0;
    let firstByteMs = -1;
    let start = '';
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code) => {
        status = code;
      },
      onResponseData: (_controller, chunk) => {
        if (firstByteMs >= 0) return;
        firstByteMs = performance.now() - started;
        if (status !== 200) start = chunk.toString('utf8', 0, 300);
      },
      onResponseEnd: () => {
        if (status === 200 && firstByteMs >= 0) {
          resolve({ firstByteMs, latencyMs: performance.now() - started });
        } else reject(new Error(`status ${status}: ${start}`));
      },
      onResponseError: (_controller, error) => reject(error),
    };
    pool.dispatch({ path: job.path, method: 'POST', headers: job.headers, body }, handler);
  });
}

interface Prepared {
  readonly job: LoadJob;
  readonly pool: Pool;
  readonly conversations: readonly Conversation[];
}

function changed(conversation: Conversation, turn: LoadJob['turn']): Buffer {
  if (turn === 'warm') conversation.nextTurn();
  else conversation.startAnew();
  return conversation.body;
}

async function prepare(job: LoadJob): Promise<Prepared> {
  const pool = new Pool(job.url, { connections: job.concurrency, pipelining: 1 });
  const conversations = Array.from({ length: job.concurrency }, (_, index) =>
    createConversation(corpus, job.bytes, job.stream, job.seed * 1_000 + index),
  );
  await Promise.all(
    conversations.map(async (conversation) => {
      for (let i = 0; i < job.warmUp; i += 1) await send(pool, job, changed(conversation, job.turn));
    }),
  );
  return { job, pool, conversations };
}

async function run({ job, pool, conversations }: Prepared, span: LoadSpan): Promise<LoadResult> {
  const latencies: number[] = [];
  const firstBytes: number[] = [];
  let begun = 0;
  let failures = 0;
  let failure: string | null = null;
  const started = performance.now();
  const goesOn = () => performance.now() - started < span.milliseconds || begun < span.requests;
  await Promise.all(
    conversations.map(async (conversation) => {
      while (goesOn() && failures < 10) {
        begun += 1;
        try {
          const answer = await send(pool, job, changed(conversation, job.turn));
          latencies.push(answer.latencyMs);
          firstBytes.push(answer.firstByteMs);
        } catch (error) {
          failures += 1;
          failure ??= (error as Error).message;
        }
      }
    }),
  );
  const milliseconds = performance.now() - started;
  await pool.close();
  return {
    latencies: Float64Array.from(latencies),
    firstBytes: Float64Array.from(firstBytes),
    failures,
    failure,
    bodyBytes: conversations[0]?.body.length ?? 0,
    milliseconds,
  };
}

const tell = (message: Told): void => {
  process.send?.(message);
};
let prepared: Prepared | null = null;

async function follow(ask: Ask): Promise<void> {
  if (ask.ask === 'prepare') {
    prepared = await prepare(ask.job);
    tell({ told: 'done' });
  } else if (ask.ask === 'run' && prepared !== null) {
    tell({ told: 'ran', result: await run(prepared, ask.span) });
    prepared = null;
  }
}

process.on('message', (ask: Ask) => {
  follow(ask).catch((error: Error) => tell({ told: 'failed', message: error.message }));
});
process.on('disconnect', () => process.exit(0));
tell({ told: 'done' });
