/** A box seen from above with one lit side: a scene, and the picture of it. */
export function Logo({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M12 12v8.6l8-4.3V7.7z" fill="var(--d-accent)" />
      <path
        d="M4 7.7 12 3.4l8 4.3v8.6l-8 4.3-8-4.3zM4 7.7l8 4.3 8-4.3M12 12v8.6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinejoin="round"
      />
    </svg>
  );
}
