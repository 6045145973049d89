/** A line led through an eye: what a fairlead does on a ship. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#124a73" />
      <path d="M10.5 25a7 7 0 1 1 11 0" fill="none" stroke="#8cc4ea" strokeWidth="3" strokeLinecap="round" />
      <path
        d="M4 21c6 0 7-10 12-10s6 10 12 10"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
      />
    </svg>
  );
}
