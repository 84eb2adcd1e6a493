import { LIMITS, outputSize } from '@diorama/contracts';
import { meshNodes } from '@diorama/scene';
import { Button, Kbd } from '@mantine/core';
import { useMemo } from 'react';
import { useConnection } from '../../app/connection.ts';
import { useEngines, useHistory } from '../../app/server-state.ts';
import { IconAlertTriangle, IconSparkles } from '../../ui/icons.ts';
import { isApple } from '../../ui/platform.ts';
import { useImports } from '../import/import-store.ts';
import { useSamples } from '../import/samples.ts';
import { useScene } from '../scene/scene-store.ts';
import { useViewport } from '../viewport/viewport-handle.ts';
import { AspectRatioPicker } from './AspectRatioPicker.tsx';
import { CanvasSlot } from './CanvasSlot.tsx';
import classes from './GeneratePanel.module.css';
import { ImageSlot } from './ImageSlot.tsx';
import { PromptBox } from './PromptBox.tsx';
import { readyReferences, type SlotIndex, setSlot, usePanel } from './panel-store.ts';
import { calibrationOf, durationInWords, estimateMs, readinessOf } from './readiness.ts';
import { SettingsSection } from './SettingsSection.tsx';
import slotClasses from './Slots.module.css';
import { submitGeneration } from './submissions.ts';
import { useLook } from './use-look.ts';

const FALLBACK_PLACEHOLDER = 'golden hour, long soft shadows, shallow depth of field';

export function GeneratePanel() {
  const panel = usePanel();
  const { look, prompt: lookPrompt, failed: lookFailed } = useLook();
  const readiness = useReadiness();
  const placeholder = usePlaceholder();
  const ready = readyReferences(panel.references);
  const guessedRole = (slot: SlotIndex) => {
    const at = ready.findIndex((one) => one.slot === slot);
    return look?.references.find((reference) => reference.index === at)?.role ?? null;
  };

  return (
    <div className={classes.panel}>
      <div className={`${classes.scroll} scroll`}>
        <section aria-labelledby="references-heading">
          <h2 id="references-heading" className={classes.heading}>
            Image references
          </h2>
          <div className={slotClasses.slots}>
            <CanvasSlot />
            <ImageSlot index={0} guessedRole={guessedRole(0)} />
            <ImageSlot index={1} guessedRole={guessedRole(1)} />
            {panel.references.map(
              (slot, index) =>
                slot.state === 'refused' && (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the slots have no identity but their place
                  <p key={index} className={slotClasses.refusal} role="alert">
                    <span>
                      Image {index + 2}: {slot.message}
                    </span>
                    <button
                      type="button"
                      aria-label="Dismiss"
                      onClick={() => setSlot(index as SlotIndex, { state: 'empty' })}
                    >
                      ✕
                    </button>
                  </p>
                ),
            )}
          </div>
        </section>
        <PromptBox placeholder={placeholder} look={look} lookPrompt={lookPrompt} lookFailed={lookFailed} />
        <AspectRatioPicker />
        <SettingsSection engines={readiness.engines} engine={readiness.engine} />
      </div>
      <footer className={classes.footer}>
        <Button
          variant="filled"
          color="amber"
          size="md"
          fullWidth
          className={classes.generate ?? ''}
          leftSection={<IconSparkles size={17} />}
          rightSection={<Kbd className={classes.keys ?? ''}>{isApple ? '⌘↵' : 'Ctrl ↵'}</Kbd>}
          disabled={!readiness.ready}
          aria-label="Generate"
          aria-describedby="generate-line"
          onClick={() => readiness.engine && void submitGeneration(readiness.engine.id)}
        >
          Generate
        </Button>
        <p
          id="generate-line"
          className={classes.line}
          data-blocked={!readiness.ready || undefined}
          aria-live="polite"
          title={readiness.line}
        >
          {!readiness.ready && <IconAlertTriangle size={13} />}
          <span>{readiness.line}</span>
        </p>
      </footer>
    </div>
  );
}

/** Readiness with the line under the button. Also what the keyboard shortcut asks. */
export function useReadiness() {
  const panel = usePanel();
  const { data, isPending } = useEngines();
  const history = useHistory();
  const document = useScene((state) => state.document);
  const serverReachable = useConnection((state) => state.reachable);
  const importing = useImports((state) => state.active.length > 0);
  const viewportRatio = useViewport((state) => state.viewportRatio);
  const visibleObjectCount = useMemo(() => meshNodes(document).length, [document]);
  const engines = data?.engines ?? [];
  const engine =
    engines.find(({ id }) => id === panel.engine) ??
    engines.find(({ id }) => id === data?.default) ??
    engines[0];
  const readiness = readinessOf({
    panel,
    engine,
    enginesLoading: isPending,
    visibleObjectCount,
    serverReachable,
    importing,
  });
  const pixels = outputSize(panel.aspectRatio, Math.min(panel.size, LIMITS.longEdgeMax), viewportRatio);
  let line = readiness.reasons[0] ?? '';
  if (readiness.ready && engine) {
    const work = { pixels: pixels.width * pixels.height, quality: panel.quality, count: panel.count };
    const estimated = estimateMs(engine, work);
    const latest = history.data?.pages[0]?.items ?? [];
    const ms = estimated === null ? null : estimated * calibrationOf(engine, latest);
    const price = engine.price
      ? `${(engine.price.amount * panel.count).toLocaleString('en', { style: 'currency', currency: engine.price.currency })}`
      : null;
    line = [
      engine.name,
      ms === null ? null : durationInWords(ms),
      price,
      ...readiness.notes.map((note) => note.replace(/\.$/, '')),
    ]
      .filter(Boolean)
      .join(' · ');
  }
  return { ...readiness, engines, engine, line };
}

/** An example that fits the scene: the sample's own, or one with the name of an object in it. */
function usePlaceholder(): string {
  const name = useScene((state) => state.document.name);
  const samples = useSamples();
  const sample = samples.data?.find((one) => one.name === name);
  return sample?.promptIdeas[0] ?? FALLBACK_PLACEHOLDER;
}
