/** What the benchmark's processes tell each other, over Node's own channel. */

/** How the stub vendor answers from now on. */
export interface Answering {
  readonly stream: boolean;
  /** Events of a streamed answer, the closing ones not counted. */
  readonly chunks: number;
  /** Milliseconds between two events; 0 writes each as soon as the one before is on its way. */
  readonly paceMs: number;
}

/** One system under the load of one row. */
export interface LoadJob {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly stream: boolean;
  readonly turn: 'warm' | 'cold';
  readonly concurrency: number;
  readonly seed: number;
  /** Requests per connection that are sent before anything is counted. */
  readonly warmUp: number;
}

/** How long to measure: until both are over. */
export interface LoadSpan {
  readonly milliseconds: number;
  readonly requests: number;
}

/** What the load client saw. Times in milliseconds, one a request. */
export interface LoadResult {
  readonly latencies: Float64Array;
  readonly firstBytes: Float64Array;
  readonly failures: number;
  /** The first failure's words, null when there was none. */
  readonly failure: string | null;
  /** Bytes of one request's body. */
  readonly bodyBytes: number;
  readonly milliseconds: number;
}

export type Ask =
  | { readonly ask: 'answering'; readonly answering: Answering }
  | { readonly ask: 'count' }
  | { readonly ask: 'prepare'; readonly job: LoadJob }
  | { readonly ask: 'run'; readonly span: LoadSpan };

export type Told =
  | { readonly told: 'listening'; readonly url: string }
  | { readonly told: 'done' }
  | { readonly told: 'counted'; readonly requests: number; readonly bytes: number }
  | { readonly told: 'ran'; readonly result: LoadResult }
  | { readonly told: 'failed'; readonly message: string };
