import { Button, Skeleton } from '@mantine/core';
import { IconCube, IconFileImport, IconFolderOpen } from '../../ui/icons.ts';
import { chooseFiles } from './choose-files.ts';
import { openSample } from './open-scene.ts';
import classes from './StartScreen.module.css';
import { useSamples } from './samples.ts';

/** What the viewport shows before there is anything to show. */
export function StartScreen() {
  const samples = useSamples();
  return (
    <div className={classes.start}>
      <div className={classes.content}>
        <h1 className={classes.title}>Start with your own model</h1>
        <p className={classes.text}>Drop a GLB, or a glTF with its files, anywhere in this window.</p>
        <div className={classes.buttons}>
          <Button leftSection={<IconFileImport size={16} />} onClick={() => chooseFiles('files')}>
            Import model
          </Button>
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconFolderOpen size={16} />}
            onClick={() => chooseFiles('folder')}
          >
            Import folder
          </Button>
        </div>
        {!samples.isError && (
          <>
            <h2 className={classes.subtitle}>Or start with a sample</h2>
            <div className={classes.cards}>
              {samples.isPending &&
                [0, 1, 2].map((key) => <Skeleton key={key} className={classes.skeleton ?? ''} />)}
              {samples.data?.map((sample) => (
                <button
                  key={sample.id}
                  type="button"
                  className={classes.card}
                  onClick={() => void openSample(sample)}
                >
                  {sample.thumbnail ? (
                    <img src={`/samples/${sample.thumbnail}`} alt="" className={classes.picture} />
                  ) : (
                    <span className={classes.picture}>
                      <IconCube size={28} stroke={1.2} />
                    </span>
                  )}
                  <span className={classes.name}>{sample.name}</span>
                  <span className={classes.description}>{sample.description}</span>
                </button>
              ))}
            </div>
          </>
        )}
        {samples.isError && (
          <p className={classes.text}>
            The sample scenes could not be loaded.{' '}
            <button type="button" className={classes.link} onClick={() => void samples.refetch()}>
              Try again
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
