import {
  costQuestionOf,
  type EngineDescription,
  type EngineModel,
  estimateCost,
  LIMITS,
  outputSize,
  type PixelSize,
  type Price,
} from '@diorama/contracts';
import { meshNodes } from '@diorama/scene';
import { useMemo } from 'react';
import { useConnection } from '../../app/connection.ts';
import { useEngines, useLatestGenerations } from '../../app/server-state.ts';
import { useIsServerOwner } from '../account/session-state.ts';
import { type BudgetLeft, budgetLeft, budgetRefusal } from '../engines/budget.ts';
import { chooseEngine, type EngineChoice } from '../engines/engine-choice.ts';
import { useCurrentLedger } from '../engines/engine-settings-state.ts';
import { useImports } from '../import/import-store.ts';
import { useScene } from '../scene/scene-store.ts';
import { useViewport } from '../viewport/viewport-handle.ts';
import { projectOf } from './build-request.ts';
import { type PanelState, usePanel } from './panel-store.ts';
import { calibrationOf, estimateMs, readinessOf } from './readiness.ts';

/** What the next image will take, as far as it can be known before the click. */
export interface Outlook {
  readonly timeMs: number | null;
  /** Dollars; null when nobody knows, zero when it is free. */
  readonly cost: number | null;
  readonly price: Price | null;
  readonly budget: BudgetLeft | null;
}

/** Whether the image can be made, with what, and what it will take. Also what the keyboard shortcut asks. */
export function useReadiness() {
  const panel = usePanel();
  const { data, isPending } = useEngines();
  const latest = useLatestGenerations();
  const document = useScene((state) => state.document);
  const serverReachable = useConnection((state) => state.reachable);
  const importing = useImports((state) => state.active.length > 0);
  const viewportRatio = useViewport((state) => state.viewportRatio);
  const visibleObjectCount = useMemo(() => meshNodes(document).length, [document]);
  const engines = data?.engines ?? [];
  const current = chooseEngine(engines, data?.default, panel);
  // Members are not told what the server spends; it refuses what goes over the budget by itself.
  const mayReadLedger = useIsServerOwner();
  const ledger = useCurrentLedger(mayReadLedger && current !== undefined && !current.engine.isFree);

  const sizeOf = ({ aspectRatio, size }: PanelState) =>
    outputSize(aspectRatio, Math.min(size, LIMITS.longEdgeMax), viewportRatio);
  const evaluate = (wanted: PanelState) => {
    const choice = chooseEngine(engines, data?.default, wanted);
    const size = sizeOf(wanted);
    const cost = choice ? estimatedCost(choice, wanted, size, visibleObjectCount > 0) : null;
    const budget =
      ledger.data && choice && !choice.engine.isFree
        ? budgetLeft(ledger.data, projectOf(document.name))
        : null;
    const readiness = readinessOf({
      panel: wanted,
      choice,
      enginesLoading: isPending,
      visibleObjectCount,
      serverReachable,
      importing,
      budgetRefusal: budgetRefusal(cost, budget),
    });
    const outlook: Outlook = {
      timeMs: choice ? estimatedTime(choice, wanted, size, latest) : null,
      cost,
      price: choice?.price ?? null,
      budget,
    };
    return { ...readiness, choice, outlook };
  };
  /** What the image would cost with another model. */
  const costOf = (engine: EngineDescription, model: EngineModel) =>
    estimatedCost(
      { engine, capabilities: model.capabilities, price: model.price },
      panel,
      sizeOf(panel),
      visibleObjectCount > 0,
    );
  /** The same for the panel as it would be with these changes. */
  const whatIf = (changes: Partial<PanelState>) => evaluate({ ...panel, ...changes });
  return { ...evaluate(panel), engines, enginesLoading: isPending, visibleObjectCount, costOf, whatIf };
}

function estimatedCost(
  { engine, capabilities, price }: Pick<EngineChoice, 'engine' | 'capabilities' | 'price'>,
  panel: PanelState,
  size: PixelSize,
  hasScene: boolean,
): number | null {
  if (engine.isFree) return 0;
  if (!price) return null;
  const references = panel.references.filter((slot) => slot.state === 'ready').length;
  return estimateCost(
    price,
    costQuestionOf({
      size,
      count: panel.count,
      hasCanvas: panel.useCanvas && hasScene && capabilities.canvas,
      references: Math.min(references, capabilities.referencesMax),
    }),
  );
}

function estimatedTime(
  { engine }: EngineChoice,
  panel: PanelState,
  size: PixelSize,
  latest: Parameters<typeof calibrationOf>[1],
): number | null {
  const quality = engine.kind === 'builtin' ? panel.quality : 'standard';
  const estimated = estimateMs(engine, { pixels: size.width * size.height, quality, count: panel.count });
  return estimated === null ? null : estimated * calibrationOf(engine, latest);
}
