import { Fragment } from 'react';

/** A repository's name, a policy's id and the like: where a line has no room for all of it, it goes on after a sign. */
export function Name({ children }: { readonly children: string }) {
  return children.split(/(?<=[/_.#])(?=[^/_.#])/).map((piece, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have nothing else that tells them apart.
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}
