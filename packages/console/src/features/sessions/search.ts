export interface SessionsSearch {
  readonly cursor?: string;
}

export function readSessionsSearch(search: Record<string, unknown>): SessionsSearch {
  const { cursor } = search;
  return typeof cursor === 'string' && cursor !== '' && cursor.length <= 300 ? { cursor } : {};
}
