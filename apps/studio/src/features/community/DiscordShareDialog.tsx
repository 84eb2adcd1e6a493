import { type DioramaError, type Generation, type Output, toDioramaError } from '@diorama/contracts';
import { Button, Checkbox, Loader, Progress, Select, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { client } from '../../app/api.ts';
import { useGeneration } from '../../app/server-state.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { IconAlertTriangle, IconBrandDiscord } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import { useRecipes } from '../recipes/recipes-state.ts';
import { showCommunity } from './community-route.ts';
import { useCommunitySettings } from './community-state.ts';
import classes from './Dialog.module.css';
import { DIALOG_LAYER } from './dialog-layer.ts';
import { ImagePreview } from './ImagePreview.tsx';
import { closeSharingDialog, type ImageOfGeneration } from './open-publish.ts';
import { useCommunityViewer } from './use-community-viewer.ts';
import { useIdempotencyKey } from './use-idempotency-key.ts';

/** After so long an answer that is still on its way needs a word. */
const SLOW_AFTER_MS = 4_000;

/** Sends one image of one's own to the Discord channel of this server. */
export function DiscordShareDialog({ source }: { readonly source: ImageOfGeneration }) {
  const generation = useGeneration(source.generation);
  const settings = useCommunitySettings();
  const output = generation.data?.outputs[source.image];
  const error = generation.error ?? settings.error;
  return (
    <Dialog onClose={closeSharingDialog} zIndex={DIALOG_LAYER} title="Share to Discord" size={860}>
      {settings.data && generation.data && output ? (
        settings.data.may.shareToDiscord ? (
          <ShareForm generation={generation.data} output={output} image={source.image} />
        ) : (
          <NotSetUp hasWebhook={settings.data.discordWebhook} />
        )
      ) : error || generation.data ? (
        <EmptyNote icon={<IconAlertTriangle size={20} />} title="This image cannot be shared now">
          {error
            ? `${toDioramaError(error).message.replace(/\.?$/, '.')} ${toDioramaError(error).hint}`
            : 'It is not finished, or its file is not stored any more.'}
        </EmptyNote>
      ) : (
        <Loader size={22} color="gray" aria-label="Loading" />
      )}
    </Dialog>
  );
}

function NotSetUp({ hasWebhook }: { readonly hasWebhook: boolean }) {
  const { isOwner } = useCommunityViewer();
  return (
    <EmptyNote
      icon={<IconBrandDiscord size={20} />}
      title={hasWebhook ? 'Only the owner shares to Discord here' : 'Discord is not set up'}
      action={
        isOwner && (
          <Button
            onClick={() => {
              closeSharingDialog();
              showCommunity({ section: 'settings' });
            }}
          >
            Set it up
          </Button>
        )
      }
    >
      {hasWebhook
        ? 'The owner of this server can allow it for members.'
        : isOwner
          ? 'Make a webhook in the settings of your Discord channel, and put its address into the settings of the community.'
          : 'The owner of this server can connect a Discord channel.'}
    </EmptyNote>
  );
}

function ShareForm(props: {
  readonly generation: Generation;
  readonly output: Output;
  readonly image: number;
}) {
  const { generation, output, image } = props;
  const { request } = generation;
  const [message, setMessage] = useState('');
  const [sharePrompt, setSharePrompt] = useState(request.prompt !== '');
  const recipes = useRecipes({});
  const [recipe, setRecipe] = useState(request.lineage?.recipe ?? null);
  const [isSent, setSent] = useState(false);
  const keyOf = useIdempotencyKey();
  const action = useAction();
  const waitMs = useWait(action.error);
  const isSlow = useSlow(action.busy);
  const options = (recipes.data ?? []).map(({ id, content }) => ({ value: id, label: content.title }));

  if (isSent)
    return (
      <div className={classes.done}>
        <p className={classes.text} role="status">
          It is in the channel.
        </p>
        <div className={classes.end}>
          <Button onClick={closeSharingDialog}>Done</Button>
        </div>
      </div>
    );
  const send = () =>
    action.run(async () => {
      const body = {
        generation: generation.id,
        image,
        message: message.trim(),
        sharePrompt: sharePrompt && request.prompt !== '',
        recipe: options.some(({ value }) => value === recipe) ? recipe : null,
      };
      await client.shareToDiscord({ body, idempotencyKey: keyOf(body) });
      setSent(true);
    });
  return (
    <form
      className={classes.twoColumns}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className={classes.column}>
        <ImagePreview output={output} alt={request.prompt} />
      </div>
      <div className={classes.column}>
        <Textarea
          label="Message"
          placeholder="A few words of your own"
          data-autofocus
          autosize
          minRows={3}
          maxRows={8}
          maxLength={1_000}
          dir="auto"
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          color="amber"
          label="With the prompt"
          description={
            request.prompt === '' ? 'It was made without a prompt.' : 'It stands below your message.'
          }
          disabled={request.prompt === ''}
          checked={sharePrompt}
          onChange={(event) => setSharePrompt(event.currentTarget.checked)}
        />
        {options.length > 0 && (
          <Select
            label="Link to a recipe"
            placeholder="None"
            searchable
            clearable
            allowDeselect
            data={options}
            value={options.some(({ value }) => value === recipe) ? recipe : null}
            comboboxProps={{ zIndex: DIALOG_LAYER + 1 }}
            onChange={setRecipe}
          />
        )}
        <p className={classes.muted}>
          What is sent is a new copy without hidden data. What is in the channel can only be deleted there.
        </p>
        {action.busy && (
          <div role="status">
            <Progress value={100} animated color="amber" size={3} aria-label="Sending" mb={6} />
            <p className={classes.muted}>
              {isSlow
                ? 'Discord takes only so many messages at a time. It is sent as soon as Discord takes it.'
                : 'Sending…'}
            </p>
          </div>
        )}
        <Fault error={action.error} />
        {waitMs > 0 && (
          <p className={classes.muted} role="status">
            Discord asks to wait. Send again in {Math.ceil(waitMs / 1000)} s.
          </p>
        )}
        <div className={classes.end}>
          <Button onClick={closeSharingDialog}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            color="amber"
            disabled={waitMs > 0}
            loading={action.busy}
            leftSection={<IconBrandDiscord size={16} />}
          >
            {action.error ? 'Send again' : 'Send'}
          </Button>
        </div>
      </div>
    </form>
  );
}

function useSlow(busy: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!busy) return;
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [busy]);
  return isSlow;
}

/** What is left of the time that Discord asked to wait, milliseconds. */
function useWait(error: DioramaError | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const asked = Number(error?.details.retryAfterMs ?? 0);
    if (!(asked > 0)) {
      setLeft(0);
      return;
    }
    const until = Date.now() + asked;
    const tick = () => setLeft(Math.max(0, until - Date.now()));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}
