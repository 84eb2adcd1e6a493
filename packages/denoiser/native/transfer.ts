// What the network sees, and back. Open Image Denoise trains its HDR networks on a perceptually uniform curve: equal steps of the
// curve are about equally visible (fitted to Aydin et al. 2008). Constants as in Open Image Denoise's TransferFunction::PU.
//
// This runs here rather than in JavaScript because Math.pow may differ between engines in its last bit; the software functions of
// AssemblyScript's Mathf give the same bits everywhere.

const A: f32 = 1.41283765e+03, B: f32 = 1.64593172, C: f32 = 4.31384981e-01, D: f32 = -2.94139609e-03;
const E: f32 = 1.92653254e-01, F: f32 = 6.26026094e-03, G: f32 = 9.98620152e-01;
const Y0: f32 = 1.57945760e-06, Y1: f32 = 3.22087631e-02, X0: f32 = 2.23151711e-03, X1: f32 = 3.70974749e-01;
/** Largest half float: the network never saw more, and infinities are read as this. */
const HDR_MAX: f32 = 65504;

@inline
function toCurve(y: f32): f32 {
  if (y <= Y0) return A * y;
  if (y <= Y1) return B * Mathf.pow(y, C) + D;
  return E * Mathf.log(y + F) + G;
}

@inline
function fromCurve(x: f32): f32 {
  if (x <= X0) return x / A;
  if (x <= X1) return Mathf.pow((x - D) / B, 1 / C);
  return Mathf.exp((x - G) / E) - F;
}

/** Clamps to low..high; not-a-number becomes 0. */
@inline
function sane(x: f32, low: f32, high: f32): f32 {
  return x != x ? 0 : min<f32>(high, max<f32>(low, x));
}

/**
 * Writes one row of network input to 9 planes `strideBytes` apart. The row comes as colour, albedo and normal one after another, each
 * `count` interleaved triples.
 */
export function encodeRow(row: usize, count: i32, exposure: f32, out: usize, strideBytes: usize): void {
  const scale: f32 = 1 / toCurve(HDR_MAX), span = <usize>count * 12;
  for (let i = 0; i < count; i++) {
    for (let k: usize = 0; k < 3; k++) {
      const at = out + k * strideBytes;
      store<f32>(at, toCurve(sane(load<f32>(row) * exposure, 0, HDR_MAX)) * scale);
      store<f32>(at + 3 * strideBytes, sane(load<f32>(row + span), 0, 1));
      store<f32>(at + 6 * strideBytes, sane(load<f32>(row + 2 * span), -1, 1) * 0.5 + 0.5);
      row += 4;
    }
    out += 4;
  }
}

/** Reads `count` columns of the network's 3 output planes and writes interleaved linear colour. */
export function decodeRow(planes: usize, strideBytes: usize, count: i32, exposure: f32, out: usize): void {
  const scale: f32 = toCurve(HDR_MAX);
  for (let i = 0; i < count; i++) {
    for (let k: usize = 0; k < 3; k++) {
      store<f32>(out, max<f32>(0, fromCurve(load<f32>(planes + k * strideBytes) * scale)) / exposure);
      out += 4;
    }
    planes += 4;
  }
}
