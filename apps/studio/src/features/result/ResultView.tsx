import { type Generation, isFinished, outputSize, toDioramaError } from '@diorama/contracts';
import { Button, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { lazy, Suspense, useMemo, useState } from 'react';
import { api, assetUrl } from '../../app/api.ts';
import { rememberGeneration, useGeneration, usePreviews } from '../../app/server-state.ts';
import { type Stage, showGeneration, showViewport, useView } from '../../app/view-store.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconAlertTriangle,
  IconArrowLeft,
  IconColumns2,
  IconDownload,
  IconInfoCircle,
  IconPhotoPlus,
  IconPlayerStop,
  IconRefresh,
  IconStar,
  IconStarFilled,
} from '../../ui/icons.ts';
import { showEngines } from '../engines/engines-route.ts';
import { costInWords } from '../engines/money.ts';
import { setSlot } from '../generate/panel-store.ts';
import { nextFreeSlot } from '../generate/reference-upload.ts';
import { dropSubmission, retrySubmission, useSubmissions } from '../generate/submissions.ts';
import { useScene } from '../scene/scene-store.ts';
import { FailureNote } from './FailureNote.tsx';
import { failureKind } from './failure-advice.ts';
import { ResultDetails } from './ResultDetails.tsx';
import classes from './ResultView.module.css';
import { restoreScene } from './restore-scene.ts';
import { downloadName, progressInWords, titleOf, tookInWords } from './result-words.ts';
import { retryGeneration } from './retry-generation.ts';
import { ZoomableImage } from './ZoomableImage.tsx';

const CompareView = lazy(() => import('./CompareView.tsx'));

/** The image in the place of the viewport: while it is being made, and when it is there. */
export function ResultView({ stage }: { readonly stage: Exclude<Stage, { kind: 'viewport' }> }) {
  return (
    <section className={classes.view} aria-label="Result">
      {stage.kind === 'submission' ? (
        <SubmissionStage submissionKey={stage.key} />
      ) : (
        <GenerationStage key={stage.id} id={stage.id} output={stage.output} />
      )}
    </section>
  );
}

function BackButton() {
  return (
    <Button variant="subtle" color="gray" leftSection={<IconArrowLeft size={16} />} onClick={showViewport}>
      Back to 3D
    </Button>
  );
}

function SubmissionStage({ submissionKey }: { readonly submissionKey: string }) {
  const submission = useSubmissions((state) => state.byKey[submissionKey]);
  if (!submission) return <Gone />;
  const { error, captureUrl, prompt, ratio } = submission;
  if (error)
    return (
      <>
        <div className={classes.stage}>
          <EmptyNote
            icon={<IconAlertTriangle size={20} />}
            title={failureKind(error.code) === 'other' ? 'The request could not be sent' : error.message}
            action={
              <div className={classes.pair}>
                {failureKind(error.code) === 'budget' && (
                  <Button onClick={() => showEngines({ section: 'budget' })}>Change the budget</Button>
                )}
                <Button
                  onClick={() => void retrySubmission(submissionKey)}
                  leftSection={<IconRefresh size={15} />}
                >
                  Try again
                </Button>
                <Button
                  variant="subtle"
                  color="gray"
                  onClick={() => {
                    showViewport();
                    dropSubmission(submissionKey);
                  }}
                >
                  Discard
                </Button>
              </div>
            }
          >
            {failureKind(error.code) === 'other' && error.message} {error.hint}
          </EmptyNote>
        </div>
        <div className={classes.bar}>
          <BackButton />
        </div>
      </>
    );
  return (
    <>
      <div className={classes.stage}>
        <Unfinished src={captureUrl} alt={prompt} ratio={ratio} veiled />
      </div>
      <Running
        title={prompt || 'Scene without a prompt'}
        words="Sending the scene"
        fraction={0.01}
        onCancel={() => {
          showViewport();
          dropSubmission(submissionKey);
        }}
      />
    </>
  );
}

function Gone() {
  return (
    <div className={classes.stage}>
      <EmptyNote title="This image is not in the history any more" action={<BackButton />} />
    </div>
  );
}

function GenerationStage({ id, output }: { readonly id: string; readonly output: number }) {
  const { data: generation, error, refetch, isPending } = useGeneration(id);
  const preview = usePreviews((state) => state.byId[id]);
  if (!generation) {
    if (isPending)
      return (
        <div className={classes.stage}>
          <Skeleton className={classes.skeleton ?? ''} />
        </div>
      );
    const problem = toDioramaError(error);
    return problem.code === 'not-found' ? (
      <Gone />
    ) : (
      <div className={classes.stage}>
        <EmptyNote
          title="The image could not be loaded"
          action={<Button onClick={() => void refetch()}>Try again</Button>}
        >
          {problem.message}
        </EmptyNote>
      </div>
    );
  }
  if (!isFinished(generation.status)) return <UnfinishedStage generation={generation} preview={preview} />;
  if (generation.status === 'succeeded') return <FinishedStage generation={generation} output={output} />;
  return <FailedStage generation={generation} />;
}

function UnfinishedStage({
  generation,
  preview,
}: {
  readonly generation: Generation;
  readonly preview: string | undefined;
}) {
  const { request, progress } = generation;
  const size = outputSize(request.aspectRatio, request.size, request.canvas?.viewportRatio ?? undefined);
  const capture = request.canvas?.capture;
  const [canceling, setCanceling] = useState(false);
  const cancel = async () => {
    setCanceling(true);
    try {
      rememberGeneration(await api.cancelGeneration(generation.id));
    } catch (thrown) {
      setCanceling(false);
      notifications.show({ color: 'red', title: 'Not canceled', message: toDioramaError(thrown).message });
    }
  };
  return (
    <>
      <div className={classes.stage}>
        <Unfinished
          src={preview ?? (capture ? assetUrl(capture) : null)}
          alt={titleOf(generation)}
          ratio={size.width / size.height}
          veiled={preview === undefined}
        />
      </div>
      <Running
        title={titleOf(generation)}
        size={size}
        words={canceling ? 'Canceling' : progressInWords(progress)}
        fraction={progress.fraction}
        onCancel={cancel}
        disabled={canceling}
      />
    </>
  );
}

/** What can be shown before the image is there: the preview, else the capture under a veil, else its empty shape. */
function Unfinished(props: {
  readonly src: string | null;
  readonly alt: string;
  readonly ratio: number;
  readonly veiled: boolean;
}) {
  const style = { aspectRatio: String(props.ratio), '--ratio': props.ratio } as React.CSSProperties;
  return (
    <div className={classes.frame} style={style}>
      {props.src ? (
        <img src={props.src} alt={props.alt} data-veiled={props.veiled || undefined} />
      ) : (
        <Skeleton className={classes.fill ?? ''} />
      )}
    </div>
  );
}

function Running(props: {
  readonly title: string;
  /** Pixels of the output, when it is known already. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly words: string;
  readonly fraction: number;
  readonly onCancel: () => void;
  readonly disabled?: boolean;
}) {
  const percent = Math.round(props.fraction * 100);
  return (
    <div className={classes.running}>
      <div
        className={classes.progress}
        role="progressbar"
        aria-label="Generating"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${percent} %, ${props.words}`}
      >
        <span style={{ width: `${Math.max(0.5, props.fraction * 100)}%` }} />
      </div>
      <p className={classes.facts}>
        <span className="ellipsis" title={props.title}>
          {props.title}
        </span>
        {props.size && (
          <span className={classes.numbers}>
            {props.size.width} × {props.size.height}
          </span>
        )}
      </p>
      <div className={classes.bar}>
        <BackButton />
        <span className={`${classes.words} ellipsis`} aria-live="off">
          {props.words}
        </span>
        <Button
          leftSection={<IconPlayerStop size={15} />}
          onClick={props.onCancel}
          disabled={props.disabled ?? false}
        >
          Cancel
        </Button>
      </div>
    </div>
  );
}

function FailedStage({ generation }: { readonly generation: Generation }) {
  return (
    <>
      <div className={classes.stage}>
        {generation.status === 'canceled' ? (
          <CanceledNote generation={generation} />
        ) : (
          <FailureNote key={generation.id} generation={generation} />
        )}
      </div>
      <p className={classes.facts}>
        <span className="ellipsis" title={titleOf(generation)}>
          {titleOf(generation)}
        </span>
      </p>
      <div className={classes.bar}>
        <BackButton />
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconRefresh size={16} />}
          onClick={() => void restoreScene(generation, 0)}
        >
          Restore scene
        </Button>
      </div>
    </>
  );
}

function CanceledNote({ generation }: { readonly generation: Generation }) {
  const [retrying, setRetrying] = useState(false);
  const { cost } = generation;
  const retry = async () => {
    setRetrying(true);
    try {
      showGeneration((await retryGeneration(generation.id)).id);
    } catch (thrown) {
      const error = toDioramaError(thrown);
      notifications.show({ color: 'red', title: error.message, message: error.hint });
      setRetrying(false);
    }
  };
  return (
    <EmptyNote
      icon={<IconPlayerStop size={20} />}
      title="This image was canceled"
      action={
        <Button loading={retrying} onClick={() => void retry()} leftSection={<IconRefresh size={15} />}>
          Start again
        </Button>
      }
    >
      Everything it was made from is kept.
      {cost && cost.amount > 0 && ` It cost ${costInWords(cost)} all the same: the work had begun.`}
    </EmptyNote>
  );
}

function FinishedStage({ generation, output }: { readonly generation: Generation; readonly output: number }) {
  const index = Math.min(output, generation.outputs.length - 1);
  const image = generation.outputs[index];
  const comparing = useView((state) => state.comparing);
  const sceneName = useScene((state) => state.document.name);
  const prompt = titleOf(generation);
  const others = useMemo(
    () =>
      [
        generation.request.canvas?.capture
          ? { label: 'Canvas', src: assetUrl(generation.request.canvas.capture) }
          : null,
        ...generation.outputs.map((one, at) =>
          at === index ? null : { label: `Image ${at + 1}`, src: assetUrl(one.asset) },
        ),
      ].filter((one) => one !== null),
    [generation, index],
  );
  if (!image)
    return (
      <div className={classes.stage}>
        <EmptyNote title="This generation has no image" action={<BackButton />} />
      </div>
    );

  const putIntoSlot = () => {
    const slot = nextFreeSlot();
    setSlot(slot, {
      state: 'ready',
      image: { asset: image.asset, name: prompt, width: image.width, height: image.height, role: null },
    });
    useView.setState({ tab: 'generate', rightOpen: true });
    notifications.show({ message: `The image is now in the slot Image ${slot + 2}.` });
  };
  const toggleFavorite = async () => {
    const favorite = !generation.favorite;
    rememberGeneration({ ...generation, favorite });
    try {
      rememberGeneration(await api.setFavorite(generation.id, favorite));
    } catch (thrown) {
      rememberGeneration(generation);
      notifications.show({
        color: 'red',
        title: 'The star was not saved',
        message: toDioramaError(thrown).message,
      });
    }
  };
  const fileName = downloadName(sceneName, generation.request.prompt, index, generation.outputs.length);
  const total = generation.timings.total;

  return (
    <>
      <div className={classes.stage}>
        {comparing && others.length > 0 ? (
          <Suspense fallback={null}>
            <CompareView
              before={others}
              after={{ label: 'Result', src: assetUrl(image.asset) }}
              alt={prompt}
              ratio={image.width / image.height}
            />
          </Suspense>
        ) : (
          <ZoomableImage src={assetUrl(image.asset)} alt={prompt} width={image.width} height={image.height} />
        )}
      </div>
      {generation.outputs.length > 1 && (
        <div className={classes.strip} role="listbox" aria-label="Images of this generation">
          {generation.outputs.map((one, at) => (
            <button
              key={`${one.asset} ${one.seed}`}
              type="button"
              role="option"
              aria-selected={at === index}
              aria-label={`Image ${at + 1} of ${generation.outputs.length}`}
              className={classes.thumb}
              onClick={() => showGeneration(generation.id, at)}
            >
              <img src={assetUrl(one.asset, 160)} alt="" />
            </button>
          ))}
        </div>
      )}
      <Warnings generation={generation} />
      <p className={classes.facts}>
        <span className="ellipsis" title={prompt}>
          {prompt}
        </span>
        <span className={classes.numbers}>
          {image.width} × {image.height} · seed {image.seed}
          {total !== undefined && ` · ${tookInWords(total)}`}
          {generation.cost && ` · ${costInWords(generation.cost)}`}
        </span>
        <ResultDetails key={`${generation.id} ${index}`} generation={generation} output={image} />
      </p>
      <div className={classes.bar}>
        <BackButton />
        <span className={classes.divider} />
        <Button
          variant={comparing ? 'light' : 'subtle'}
          color="gray"
          className={classes.foldable ?? ''}
          title="Compare"
          leftSection={<IconColumns2 size={16} />}
          aria-pressed={comparing}
          disabled={others.length === 0}
          onClick={() => useView.setState({ comparing: !comparing })}
        >
          Compare
        </Button>
        <IconButton
          label={generation.favorite ? 'Remove star' : 'Star'}
          size={32}
          aria-pressed={generation.favorite}
          onClick={() => void toggleFavorite()}
        >
          {generation.favorite ? (
            <IconStarFilled size={17} className={classes.starred ?? ''} />
          ) : (
            <IconStar size={17} />
          )}
        </IconButton>
        <Button
          variant="subtle"
          color="gray"
          className={classes.foldable ?? ''}
          title="Use as reference"
          leftSection={<IconPhotoPlus size={16} />}
          onClick={putIntoSlot}
        >
          Use as reference
        </Button>
        <Button
          variant="subtle"
          color="gray"
          className={classes.foldable ?? ''}
          title="Restore scene"
          leftSection={<IconRefresh size={16} />}
          onClick={() => void restoreScene(generation, index)}
        >
          Restore scene
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => download(assetUrl(image.asset), fileName)}
        >
          Download
        </Button>
      </div>
    </>
  );
}

function Warnings({ generation }: { readonly generation: Generation }) {
  const [open, setOpen] = useState(false);
  const { warnings } = generation;
  const [first] = warnings;
  if (!first) return null;
  return (
    <div className={classes.warnings}>
      <IconInfoCircle size={14} />
      <div className={classes.warningList}>
        {(open ? warnings : [first]).map(({ code, message }) => (
          <p key={`${code} ${message}`} className={open ? '' : 'ellipsis'}>
            {message}
          </p>
        ))}
      </div>
      {warnings.length > 1 && (
        <button type="button" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? 'Fewer' : `${warnings.length - 1} more`}
        </button>
      )}
    </div>
  );
}

function download(url: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
}
