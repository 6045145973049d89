import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Own<Props> = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> &
  Props & { readonly ref?: Ref<HTMLAnchorElement> };

function PlainAnchor(props: Own<AnchorProps>) {
  return <Anchor inherit {...props} />;
}

function PlainButton(props: Own<ButtonProps>) {
  return <Button component="a" {...props} />;
}

/** A link within the console. */
export const TextLink = createLink(PlainAnchor);
/** The same in the shape of a button. */
export const ButtonLink = createLink(PlainButton);
