import type { Recipe } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { showCommunity } from '../community/community-route.ts';
import dialogClasses from '../community/Dialog.module.css';
import { DIALOG_LAYER } from '../community/dialog-layer.ts';
import { useCommunityViewer } from '../community/use-community-viewer.ts';
import { choiceName } from '../engines/engine-choice.ts';
import { money } from '../engines/money.ts';
import { usePanel } from '../generate/panel-store.ts';
import { durationInWords } from '../generate/readiness.ts';
import { submitGeneration } from '../generate/submissions.ts';
import { useReadiness } from '../generate/use-readiness.ts';
import { openSample } from '../import/open-scene.ts';
import { type Sample, useSamples } from '../import/samples.ts';
import { currentDocument } from '../scene/scene-store.ts';
import { applyRecipe, showFilledPanel } from './apply-recipe.ts';
import { type BlankValues, missingReferences, recipePanel } from './recipe-panel.ts';

/** What trying a recipe on the scene takes, as Generate says it. */
export interface RecipeOutlook {
  readonly ready: boolean;
  /** Cost and time, or what is missing. */
  readonly line: string;
}

interface RecipeTrial {
  readonly outlookOf: (recipe: Recipe, values: BlankValues) => RecipeOutlook;
  /** Fills the panel and generates. */
  readonly tryOut: (recipe: Recipe, values: BlankValues) => void;
  /** Fills the panel and goes there. */
  readonly use: (recipe: Recipe, values: BlankValues) => void;
}

const Trial = createContext<RecipeTrial | null>(null);

/** How recipes below the provider are tried and used; null for who is not signed in and has no scene here. */
export function useRecipeTrial(): RecipeTrial | null {
  return useContext(Trial);
}

/** Knows the scene, the panel and the engines once for all recipes that are shown. */
export function RecipeTrialProvider({ children }: { readonly children: ReactNode }) {
  const { signedIn } = useCommunityViewer();
  return signedIn ? <SignedInTrial>{children}</SignedInTrial> : children;
}

function SignedInTrial({ children }: { readonly children: ReactNode }) {
  const readiness = useReadiness();
  const references = usePanel((state) => state.references);
  const samples = useSamples();
  const [asking, setAsking] = useState<{ recipe: Recipe; values: BlankValues } | null>(null);

  const planOf = (recipe: Recipe, values: BlankValues) =>
    readiness.whatIf(
      recipePanel(recipe, values, { references, models: usePanel.getState().models }, readiness.engines)
        .changes,
    );
  const generate = (recipe: Recipe, values: BlankValues) => {
    const { choice } = planOf(recipe, values);
    applyRecipe(recipe, values, readiness.engines);
    showFilledPanel();
    if (choice) void submitGeneration(choice);
  };
  const trial: RecipeTrial = {
    outlookOf: (recipe, values) => {
      const missing = missingReferences(recipe.content, references);
      if (missing.length > 0) return { ready: false, line: `Needs a picture: ${missing.join(', ')}` };
      const { ready, reasons, choice, outlook } = planOf(recipe, values);
      if (!ready || !choice) return { ready: false, line: reasons[0] ?? '' };
      const cost = choice.engine.isFree
        ? null
        : outlook.cost === null
          ? 'price unknown'
          : `≈ ${money(outlook.cost)}`;
      const time = outlook.timeMs === null ? null : durationInWords(outlook.timeMs);
      return { ready: true, line: [choiceName(choice), cost, time].filter(Boolean).join(' · ') };
    },
    tryOut: (recipe, values) => {
      if (missingReferences(recipe.content, references).length > 0) {
        showCommunity({ section: 'recipe', id: recipe.id });
        return;
      }
      const plan = planOf(recipe, values);
      if (recipe.content.settings.useCanvas && readiness.visibleObjectCount === 0)
        setAsking({ recipe, values });
      else if (plan.ready) generate(recipe, values);
      else {
        applyRecipe(recipe, values, readiness.engines);
        showFilledPanel();
        notifications.show({ title: 'The panel is filled', message: plan.reasons[0] ?? '' });
      }
    },
    use: (recipe, values) => {
      applyRecipe(recipe, values, readiness.engines);
      showFilledPanel();
    },
  };
  const openAndGenerate = async (sample: Sample, recipe: Recipe, values: BlankValues) => {
    setAsking(null);
    showFilledPanel();
    await openSample(sample);
    // What could not be opened has said so itself.
    if (Object.keys(currentDocument().nodes).length > 0) generate(recipe, values);
  };
  return (
    <Trial value={trial}>
      {children}
      {asking && (
        <EmptySceneDialog
          sample={sampleFor(asking.recipe, samples.data)}
          onClose={() => setAsking(null)}
          onSample={(sample) => void openAndGenerate(sample, asking.recipe, asking.values)}
          onUse={() => {
            setAsking(null);
            trial.use(asking.recipe, asking.values);
          }}
        />
      )}
    </Trial>
  );
}

function sampleFor(recipe: Recipe, samples: readonly Sample[] | undefined): Sample | undefined {
  return samples?.find(({ id }) => id === recipe.content.sampleScene) ?? samples?.[0];
}

function EmptySceneDialog(props: {
  readonly sample: Sample | undefined;
  readonly onClose: () => void;
  readonly onSample: (sample: Sample) => void;
  readonly onUse: () => void;
}) {
  const { sample } = props;
  return (
    <Dialog onClose={props.onClose} zIndex={DIALOG_LAYER} title="Your scene is empty" size={440}>
      <div className={dialogClasses.form}>
        <p className={dialogClasses.text}>
          {sample
            ? `Try the recipe on the sample scene “${sample.name}”, or fill the panel and add a model of your own first.`
            : 'Fill the panel, then add a model of your own.'}
        </p>
        <div className={dialogClasses.end}>
          <Button onClick={props.onUse}>Only fill the panel</Button>
          {sample && (
            <Button variant="filled" color="amber" data-autofocus onClick={() => props.onSample(sample)}>
              Open “{sample.name}” and try
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
