import { Button, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useView } from '../../app/view-store.ts';
import { IconSparkles, IconUsers } from '../../ui/icons.ts';
import { usePanel } from '../generate/panel-store.ts';
import { openSample } from '../import/open-scene.ts';
import { type Sample, useSamples } from '../import/samples.ts';
import classes from './CommunityPanel.module.css';

const PRACTICES: readonly { title: string; text: string }[] = [
  {
    title: 'Frame first, then write',
    text: 'The bright gate in the viewport is exactly what the image shows. Choose the aspect ratio before you place the camera.',
  },
  {
    title: 'Name your objects',
    text: 'Words find objects by their names: with an object called “Armchair”, “red leather armchair” paints that one and nothing else.',
  },
  {
    title: 'Light, then surface, then lens',
    text: 'Say when and where the light comes from, what things are made of, and how it is photographed. Short phrases with commas work best.',
  },
  {
    title: 'Look at the chips',
    text: 'Below the prompt stands what each phrase does. Words with a dotted underline change nothing; try another word.',
  },
  {
    title: 'Give a reference a role',
    text: 'A style image lends palette and tone, a background image stands behind the scene. Without a role it is guessed.',
  },
  {
    title: 'Keep the seed to compare',
    text: 'With the same seed only what you changed will change. Draft quality is enough to judge light and framing.',
  },
];

/** Prompts and practices that come with Diorama. There is no shared gallery on this server, and it says so. */
export function CommunityPanel() {
  const samples = useSamples();
  return (
    <div className={`${classes.scroll} scroll`}>
      <section className={classes.state}>
        <span className={classes.badge}>
          <IconUsers size={18} />
        </span>
        <div>
          <p className={classes.title}>Nothing is shared from here</p>
          <p className={classes.text}>
            Your scenes, prompts and images stay on this server. Below are prompts and habits that work well
            with the built-in engine.
          </p>
        </div>
      </section>
      <section aria-labelledby="ideas-heading">
        <h2 id="ideas-heading" className={classes.heading}>
          Prompts to try
        </h2>
        {samples.isPending && (
          <>
            <Skeleton height={64} mb={8} />
            <Skeleton height={64} />
          </>
        )}
        {samples.isError && (
          <p className={classes.text}>
            The sample prompts could not be loaded.{' '}
            <button type="button" className={classes.link} onClick={() => void samples.refetch()}>
              Try again
            </button>
          </p>
        )}
        {samples.data?.map((sample) => (
          <SampleIdeas key={sample.id} sample={sample} />
        ))}
      </section>
      <section aria-labelledby="practices-heading">
        <h2 id="practices-heading" className={classes.heading}>
          What works well
        </h2>
        <ul className={classes.practices}>
          {PRACTICES.map(({ title, text }) => (
            <li key={title}>
              <p className={classes.title}>{title}</p>
              <p className={classes.text}>{text}</p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function SampleIdeas({ sample }: { readonly sample: Sample }) {
  const use = (prompt: string) => {
    const { prompt: before } = usePanel.getState();
    usePanel.setState({ prompt });
    useView.setState({ tab: 'generate' });
    if (before.trim() && before !== prompt)
      notifications.show({ title: 'The prompt was replaced', message: `It was: ${before.slice(0, 120)}` });
  };
  return (
    <div className={classes.sample}>
      <div className={classes.sampleHead}>
        <span className="ellipsis">{sample.name}</span>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void openSample(sample)}>
          Open scene
        </Button>
      </div>
      <ul className={classes.ideas}>
        {sample.promptIdeas.map((prompt) => (
          <li key={prompt}>
            <button
              type="button"
              className={classes.idea}
              onClick={() => use(prompt)}
              title="Use this prompt"
            >
              <IconSparkles size={14} />
              <span>{prompt}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
