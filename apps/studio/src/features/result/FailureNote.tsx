import type { Generation, RetryOmission } from '@diorama/contracts';
import { toDioramaError } from '@diorama/contracts';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { assetUrl } from '../../app/api.ts';
import { showGeneration } from '../../app/view-store.ts';
import { IconRefresh, IconSettings } from '../../ui/icons.ts';
import { showEngines } from '../engines/engines-route.ts';
import { costInWords } from '../engines/money.ts';
import { FailureIcon } from './FailureIcon.tsx';
import classes from './FailureNote.module.css';
import { failureAdvice, type PartialRetry } from './failure-advice.ts';
import { leftInWords } from './result-words.ts';
import { retryGeneration } from './retry-generation.ts';

/** Why there is no image, and what can be done about it. The request stays as it was. */
export function FailureNote({ generation }: { readonly generation: Generation }) {
  const { request, cost, finishedAt } = generation;
  const error = generation.error ?? {
    code: 'internal' as const,
    message: 'The image could not be made',
    hint: 'Try again.',
  };
  const advice = failureAdvice({ error, request, finishedAt });
  const waitMs = useCountdown(advice.retryAt);
  const [retrying, setRetrying] = useState<string | null>(null);
  const retry = async (without: readonly RetryOmission[] = []) => {
    setRetrying(without.join());
    try {
      showGeneration((await retryGeneration(generation.id, without)).id);
    } catch (thrown) {
      const problem = toDioramaError(thrown);
      notifications.show({ color: 'red', title: problem.message, message: problem.hint });
      setRetrying(null);
    }
  };

  return (
    <div className={classes.note} data-kind={advice.kind}>
      <div className={classes.icon}>
        <FailureIcon kind={advice.kind} size={20} />
      </div>
      <p className={classes.title}>{advice.title}</p>
      <p className={classes.text}>{advice.text}</p>
      {cost && cost.amount > 0 && (
        <p className={classes.text}>This try cost {costInWords(cost)} all the same.</p>
      )}
      {advice.partialRetries.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: buttons that belong together, not fields of a form
        <div className={classes.partial} role="group" aria-label="Try again without one input">
          <p className={classes.label}>Try again to find out what was refused:</p>
          {advice.partialRetries.map((one) => (
            <PartialRetryButton
              key={one.label}
              retry={one}
              busy={retrying === one.without.join()}
              disabled={retrying !== null || waitMs > 0}
              onClick={() => void retry(one.without)}
            />
          ))}
        </div>
      )}
      <div className={classes.actions}>
        {advice.settings && (
          <Button
            leftSection={<IconSettings size={15} />}
            onClick={() => advice.settings && showEngines(advice.settings.route)}
          >
            {advice.settings.label}
          </Button>
        )}
        {advice.retryLabel !== null && (
          <Button
            variant={advice.settings || advice.partialRetries.length > 0 ? 'subtle' : 'default'}
            color="gray"
            loading={retrying === ''}
            disabled={retrying !== null || waitMs > 0}
            leftSection={<IconRefresh size={15} />}
            onClick={() => void retry()}
          >
            {waitMs > 0 ? `${advice.retryLabel} in ${leftInWords(waitMs)}` : advice.retryLabel}
          </Button>
        )}
      </div>
      <p className="visually-hidden" aria-live="polite">
        {advice.retryAt !== null && waitMs === 0 ? 'It can be tried again now.' : ''}
      </p>
    </div>
  );
}

function PartialRetryButton(props: {
  readonly retry: PartialRetry;
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
}) {
  const { label, asset } = props.retry;
  return (
    <Button
      loading={props.busy}
      disabled={props.disabled}
      leftSection={asset && <img className={classes.thumb} src={assetUrl(asset, 64)} alt="" />}
      onClick={props.onClick}
    >
      {label}
    </Button>
  );
}

const SECOND_MS = 1_000;

/** Milliseconds until a moment, counted down by seconds; zero when it is past or there is none. */
function useCountdown(until: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  const left = until === null ? 0 : Math.max(0, until - now);
  const isWaiting = left > 0;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return left;
}
