// Entry: what the host may call. Memory belongs to the host; see src/kernel-layout.ts.
export { buildBinary, countWide, widen } from './bvh-build';
export { buildTable } from './bsdf';
export { bindScene } from './scene';
export { averagePatterns } from './surface';
export { renderTile } from './film';
export { probeRays, probeOcclusion, benchPrimary, benchIncoherent } from './probe';
import { rayCount, resetRayCount } from './traverse';
export function takeRayCount(): f64 {
  const n = <f64>rayCount;
  resetRayCount();
  return n;
}
