/**
 * The nonce that the server put into this page; styles made at run time carry it. Browsers hide it from attributes, so
 * it is read from the property. Undefined when the page is served without one.
 */
export function styleNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined;
}

/** The library that locks scrolling behind dialogs asks for the nonce under this global name. */
export function announceNonce(): void {
  (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce();
}
