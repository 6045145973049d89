/** Identifiers of one answer, drawn by the server so that rendering stays a plain function. */
export interface ChatIds {
  readonly answer: string;
  readonly call: string;
  /** Unix time in seconds. */
  readonly created: number;
}

const pieceLength = 24;

/** Cuts a text into the small pieces that a streaming vendor would send; never between two halves of a character. */
export function pieces(text: string): readonly string[] {
  const characters = Array.from(text);
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += pieceLength) {
    parts.push(characters.slice(at, at + pieceLength).join(''));
  }
  return parts;
}

/** One server-sent event with a name, as Anthropic and the Responses API write it. */
export function namedEvent(data: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
