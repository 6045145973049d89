/**
 * Aho–Corasick over UTF-16 code units, case-insensitive in ASCII. It finds the anchors that begin in one text and go on
 * in the next; those in one text are found faster without it (anchors.ts).
 *
 * Characters are folded into few classes, so that a state's row is short. State numbers are premultiplied by the row
 * length, so that a step is one addition and one load. States that end an anchor are numbered last, so that "is this a
 * hit" is one comparison.
 */
export interface Automaton {
  /** Class of each UTF-16 code unit; 0 stands for every character that no anchor contains. */
  readonly classes: Uint8Array;
  /** `next[state + class]`; states are premultiplied by `stride`. */
  readonly next: Uint16Array | Uint32Array;
  readonly stride: number;
  /** States at or above this one end at least one anchor. */
  readonly firstHit: number;
  /** Per hit state: where its outputs begin in `outputs`, with one entry more at the end. */
  readonly outputIndex: Uint32Array;
  /** Anchor numbers, in the order of the list that the automaton was built from. */
  readonly outputs: Uint32Array;
  /** Length of each anchor, in UTF-16 code units. */
  readonly lengths: Uint32Array;
  readonly longest: number;
}

/** The state before any text. Pass the state that a scan returned to go on with the next piece of the same text. */
export const START = 0;

/** Called for each anchor found: its number and the offset after its last character. */
export type OnHit = (anchor: number, end: number) => void;

interface Node {
  readonly children: Map<number, number>;
  readonly ends: number[];
  fail: number;
}

const newNode = (): Node => ({ children: new Map(), ends: [], fail: 0 });

/** ASCII lower case of one code unit; other characters are left alone. */
function fold(unit: number): number {
  return unit >= 65 && unit <= 90 ? unit + 32 : unit;
}

function numberClasses(anchors: readonly string[]): { classes: Uint8Array; count: number } {
  const classes = new Uint8Array(65536);
  let count = 1;
  for (const anchor of anchors) {
    for (let i = 0; i < anchor.length; i += 1) {
      const unit = fold(anchor.charCodeAt(i));
      if (classes[unit] !== 0) continue;
      if (count > 255) throw new RangeError('too many different characters in the anchors');
      classes[unit] = count;
      count += 1;
    }
  }
  for (let unit = 65; unit <= 90; unit += 1) classes[unit] = classes[unit + 32] as number;
  return { classes, count };
}

function buildTrie(anchors: readonly string[], classes: Uint8Array): Node[] {
  const nodes: Node[] = [newNode()];
  anchors.forEach((anchor, number) => {
    let at = 0;
    for (let i = 0; i < anchor.length; i += 1) {
      const key = classes[fold(anchor.charCodeAt(i))] as number;
      const node = nodes[at] as Node;
      let child = node.children.get(key);
      if (child === undefined) {
        child = nodes.length;
        nodes.push(newNode());
        node.children.set(key, child);
      }
      at = child;
    }
    (nodes[at] as Node).ends.push(number);
  });
  return nodes;
}

/** Breadth-first order; on the way it sets failure links and adds the outputs of each node's failure chain. */
function linkFailures(nodes: readonly Node[]): number[] {
  const order = [0];
  for (let head = 0; head < order.length; head += 1) {
    const at = order[head] as number;
    const node = nodes[at] as Node;
    for (const [key, child] of node.children) {
      order.push(child);
      if (at === 0) continue;
      let fail = node.fail;
      while (fail !== 0 && !(nodes[fail] as Node).children.has(key)) fail = (nodes[fail] as Node).fail;
      const target = (nodes[fail] as Node).children.get(key) ?? 0;
      (nodes[child] as Node).fail = target;
      (nodes[child] as Node).ends.push(...(nodes[target] as Node).ends);
    }
  }
  return order;
}

/**
 * Builds the automaton for `anchors` (each at least one character; duplicates allowed).
 * @throws RangeError when an anchor is empty, or there are more than 255 different characters.
 */
export function buildAutomaton(anchors: readonly string[]): Automaton {
  if (anchors.some((anchor) => anchor.length === 0)) throw new RangeError('an anchor is empty');
  const { classes, count: stride } = numberClasses(anchors);
  const nodes = buildTrie(anchors, classes);
  const order = linkFailures(nodes);
  const plain = order.filter((at) => (nodes[at] as Node).ends.length === 0);
  const hits = order.filter((at) => (nodes[at] as Node).ends.length > 0);
  const state = new Uint32Array(nodes.length);
  [...plain, ...hits].forEach((at, position) => {
    state[at] = position * stride;
  });
  const size = nodes.length * stride;
  // Half the memory where it suffices: more of the table stays in the processor's cache.
  const next = size <= 65536 ? new Uint16Array(size) : new Uint32Array(size);
  for (const at of order) {
    const node = nodes[at] as Node;
    const row = state[at] as number;
    const fallback = state[node.fail] as number;
    if (at !== 0) next.copyWithin(row, fallback, fallback + stride);
    for (const [key, child] of node.children) next[row + key] = state[child] as number;
  }
  const outputIndex = new Uint32Array(hits.length + 1);
  hits.forEach((at, i) => {
    outputIndex[i + 1] = (outputIndex[i] as number) + (nodes[at] as Node).ends.length;
  });
  return {
    classes,
    next,
    stride,
    firstHit: plain.length * stride,
    outputIndex,
    outputs: Uint32Array.from(hits.flatMap((at) => (nodes[at] as Node).ends)),
    lengths: Uint32Array.from(anchors, (anchor) => anchor.length),
    longest: anchors.reduce((most, anchor) => Math.max(most, anchor.length), 0),
  };
}

function report(automaton: Automaton, state: number, end: number, onHit: OnHit): void {
  const hit = (state - automaton.firstHit) / automaton.stride;
  const last = automaton.outputIndex[hit + 1] as number;
  for (let i = automaton.outputIndex[hit] as number; i < last; i += 1) {
    onHit(automaton.outputs[i] as number, end);
  }
}

/**
 * Runs the automaton over `text[from, to)` and reports every anchor that ends there. Returns the state after the last
 * character, to be passed on when the text continues elsewhere (offsets then belong to the new piece).
 */
export function scanAnchors(
  automaton: Automaton,
  text: string,
  onHit: OnHit,
  state: number = START,
  from = 0,
  to: number = text.length,
): number {
  const { classes, next, firstHit } = automaton;
  let at = state;
  for (let i = from; i < to; i += 1) {
    at = next[at + (classes[text.charCodeAt(i)] as number)] as number;
    if (at >= firstHit) report(automaton, at, i + 1, onHit);
  }
  return at;
}

/**
 * The state after all of `text` when it is read from the start. What stands further back than the longest anchor has
 * no part in it.
 */
export function stateAfter(automaton: Automaton, text: string): number {
  const { classes, next, longest } = automaton;
  let at = START;
  for (let i = Math.max(0, text.length - longest); i < text.length; i += 1) {
    at = next[at + (classes[text.charCodeAt(i)] as number)] as number;
  }
  return at;
}
