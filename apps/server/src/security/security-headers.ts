/**
 * What every response carries.
 *
 * `wasm-unsafe-eval` compiles the renderer's and the decoders' WebAssembly; it does not allow `eval`. Style elements
 * must come from our files; only `style` attributes, which the component library sets sizes and places with, may be
 * inline. COOP and COEP make the page cross-origin isolated, which shared memory needs; everything the page loads is
 * ours, so nothing is lost.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "img-src 'self' data: blob:",
    "connect-src 'self' blob: data:",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()',
};

/** User files are never pages: whatever they contain, nothing in them may run or load when opened directly. */
export const MEDIA_CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox";
