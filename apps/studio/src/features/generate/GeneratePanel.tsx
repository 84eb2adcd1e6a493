import { Button, Kbd } from '@mantine/core';
import { IconSparkles } from '../../ui/icons.ts';
import { isApple } from '../../ui/platform.ts';
import { EnginePicker } from '../engines/EnginePicker.tsx';
import { isBuiltin } from '../engines/engine-choice.ts';
import { useSamples } from '../import/samples.ts';
import { useScene } from '../scene/scene-store.ts';
import { AspectRatioPicker } from './AspectRatioPicker.tsx';
import { CanvasSlot } from './CanvasSlot.tsx';
import { GenerateLine } from './GenerateLine.tsx';
import classes from './GeneratePanel.module.css';
import { ImageSlot } from './ImageSlot.tsx';
import { PromptBox } from './PromptBox.tsx';
import { readyReferences, type SlotIndex, setSlot, usePanel } from './panel-store.ts';
import { SceneNotes } from './SceneNotes.tsx';
import { SettingsSection } from './SettingsSection.tsx';
import slotClasses from './Slots.module.css';
import { submitGeneration } from './submissions.ts';
import { useLook } from './use-look.ts';
import { useReadiness } from './use-readiness.ts';

const FALLBACK_PLACEHOLDER = 'golden hour, long soft shadows, shallow depth of field';

export function GeneratePanel() {
  const panel = usePanel();
  const { look, prompt: lookPrompt, failed: lookFailed } = useLook();
  const readiness = useReadiness();
  const { choice } = readiness;
  // Other engines read the words themselves: what the built-in one makes of them would mislead.
  const isReadHere = choice === undefined || isBuiltin(choice);
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
        <PromptBox
          placeholder={placeholder}
          look={isReadHere ? look : undefined}
          lookPrompt={lookPrompt}
          lookFailed={isReadHere && lookFailed}
        />
        {!isReadHere && <SceneNotes />}
        <AspectRatioPicker />
        <SettingsSection choice={choice} />
      </div>
      <footer className={classes.footer}>
        <EnginePicker
          engines={readiness.engines}
          choice={choice}
          loading={readiness.enginesLoading}
          costOf={readiness.costOf}
          onChoose={chooseEngineAndModel}
        />
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
          onClick={() => choice && void submitGeneration(choice)}
        >
          Generate
        </Button>
        <GenerateLine
          id="generate-line"
          ready={readiness.ready}
          reason={readiness.reasons[0]}
          remedy={readiness.remedy}
          notes={readiness.notes}
          choice={choice}
          outlook={readiness.outlook}
        />
      </footer>
    </div>
  );
}

function chooseEngineAndModel(engine: string, model: string | null): void {
  usePanel.setState(({ models }) => ({
    engine,
    models: model === null ? models : { ...models, [engine]: model },
  }));
}

/** An example that fits the scene: the sample's own, or one with the name of an object in it. */
function usePlaceholder(): string {
  const name = useScene((state) => state.document.name);
  const samples = useSamples();
  const sample = samples.data?.find((one) => one.name === name);
  return sample?.promptIdeas[0] ?? FALLBACK_PLACEHOLDER;
}
