import { lazy } from 'react';
import { Lazily } from '../../ui/Lazily.tsx';
import { useCompare } from './open-compare.ts';

const ComparePage = lazy(() => import('./ComparePage.tsx').then((m) => ({ default: m.ComparePage })));

/** Holds the place of the comparison; it is loaded when it is first opened. */
export function CompareHost() {
  const sources = useCompare((state) => state.sources);
  if (!sources) return null;
  return (
    <Lazily>
      <ComparePage sources={sources} />
    </Lazily>
  );
}
