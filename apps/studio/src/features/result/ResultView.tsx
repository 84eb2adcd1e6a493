import { type Generation, isFinished, outputSize, toDioramaError } from '@diorama/contracts';
import { Button, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { api, assetUrl } from '../../app/api.ts';
import { rememberGeneration, useGeneration, usePreviews } from '../../app/server-state.ts';
import { type Stage, showGeneration, showViewport } from '../../app/view-store.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconAlertTriangle, IconPlayerStop, IconRefresh } from '../../ui/icons.ts';
import { showEngines } from '../engines/engines-route.ts';
import { costInWords } from '../engines/money.ts';
import { dropSubmission, retrySubmission, useSubmissions } from '../generate/submissions.ts';
import { BackButton } from './BackButton.tsx';
import { FailureNote } from './FailureNote.tsx';
import { FinishedStage } from './FinishedStage.tsx';
import { failureKind } from './failure-advice.ts';
import { MoreMenu } from './MoreMenu.tsx';
import classes from './ResultView.module.css';
import { restoreScene, settingsOf } from './restore-scene.ts';
import { progressInWords, titleOf } from './result-words.ts';
import { retryGeneration } from './retry-generation.ts';

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
          onClick={() => void restoreScene(settingsOf(generation, 0))}
        >
          Restore scene
        </Button>
        <MoreMenu generation={generation} image={0} />
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
