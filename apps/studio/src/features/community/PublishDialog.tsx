import { type Generation, type Licence, type Output, type Post, toDioramaError } from '@diorama/contracts';
import { Button, CopyButton, Loader, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { pageHash } from '../../app/page-route.ts';
import { useGeneration } from '../../app/server-state.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Fault } from '../../ui/Fault.tsx';
import { IconAlertTriangle, IconShieldCheck } from '../../ui/icons.ts';
import { useAction } from '../../ui/use-action.ts';
import { communityPath, showCommunity } from './community-route.ts';
import { publish, type ShareChoice, useCommunitySettings } from './community-state.ts';
import classes from './Dialog.module.css';
import { DIALOG_LAYER } from './dialog-layer.ts';
import { ImagePreview } from './ImagePreview.tsx';
import { LICENCE_OPTIONS, licenceWords } from './licence-words.ts';
import { closeSharingDialog, type ImageOfGeneration } from './open-publish.ts';
import { PostWords, type PostWordsValue } from './PostWords.tsx';
import { ShareChoices } from './ShareChoices.tsx';
import { suggestTags, suggestTitle } from './suggest-words.ts';
import { useCommunityViewer } from './use-community-viewer.ts';
import { useIdempotencyKey } from './use-idempotency-key.ts';

/** Publishes one image of one's own. */
export function PublishDialog({ source }: { readonly source: ImageOfGeneration }) {
  const generation = useGeneration(source.generation);
  const settings = useCommunitySettings();
  const output = generation.data?.outputs[source.image];
  const error = generation.error ?? settings.error;
  return (
    <Dialog onClose={closeSharingDialog} zIndex={DIALOG_LAYER} title="Publish" size={860}>
      {settings.data && generation.data && output ? (
        settings.data.may.publish ? (
          <PublishForm
            generation={generation.data}
            output={output}
            image={source.image}
            waits={settings.data.publishing === 'approved'}
            isPublic={settings.data.isPublic}
          />
        ) : (
          <NotAllowed publishing={settings.data.publishing} />
        )
      ) : error || generation.data ? (
        <EmptyNote icon={<IconAlertTriangle size={20} />} title="This image cannot be published now">
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

function NotAllowed({ publishing }: { readonly publishing: string }) {
  const { isBanned } = useCommunityViewer();
  const reason = isBanned
    ? 'The owner of this server has excluded this account from the community.'
    : publishing === 'off'
      ? 'Publishing is switched off on this server.'
      : 'On this server only its owner publishes.';
  return (
    <EmptyNote title="You cannot publish here" icon={<IconAlertTriangle size={20} />}>
      {reason} Your image stays where it is; you can still download it.
    </EmptyNote>
  );
}

function PublishForm(props: {
  readonly generation: Generation;
  readonly output: Output;
  readonly image: number;
  readonly waits: boolean;
  readonly isPublic: boolean;
}) {
  const { generation, output, image } = props;
  const { isOwner } = useCommunityViewer();
  const waits = props.waits && !isOwner;
  const [words, setWords] = useState<PostWordsValue>(() => ({
    title: suggestTitle(generation.request.prompt),
    description: '',
    tags: generation.tags,
  }));
  const [licence, setLicence] = useState<Licence>('CC-BY-4.0');
  const [share, setShare] = useState<ShareChoice>({
    prompt: true,
    settings: true,
    scene: false,
    references: false,
  });
  const [post, setPost] = useState<Post | null>(null);
  const keyOf = useIdempotencyKey();
  const action = useAction();

  if (post) return <Published post={post} />;

  const send = () =>
    action.run(async () => {
      const body = {
        ...words,
        generation: generation.id,
        image,
        tags: [...words.tags],
        licence,
        share: {
          ...share,
          scene: share.scene && generation.request.canvas !== null,
          references: share.references && generation.request.references.length > 0,
        },
      };
      setPost(await publish(body, keyOf(body)));
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
        <ImagePreview output={output} alt={generation.request.prompt} />
        <p className={classes.promise}>
          <IconShieldCheck size={16} aria-hidden="true" />
          <span>
            What is published is a new copy without hidden data; you can take it back.{' '}
            {props.isPublic
              ? 'Everybody who reaches this server can see it.'
              : 'Everybody who may use this server can see it.'}
          </span>
        </p>
        <Select
          label="Licence"
          description={licenceWords(licence).allows}
          inputWrapperOrder={['label', 'input', 'description']}
          data={[...LICENCE_OPTIONS]}
          value={licence}
          comboboxProps={{ zIndex: DIALOG_LAYER + 1 }}
          onChange={(value) => value && setLicence(value as Licence)}
        />
      </div>
      <div className={classes.column}>
        <PostWords value={words} onChange={setWords} suggestions={suggestTags(generation)} />
        <ShareChoices request={generation.request} value={share} onChange={setShare} />
        <Fault error={action.error} />
        <div className={classes.end}>
          {waits && <p className={classes.muted}>It waits for the owner before others see it.</p>}
          <Button onClick={closeSharingDialog}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            color="amber"
            disabled={words.title.trim() === ''}
            loading={action.busy}
          >
            Publish
          </Button>
        </div>
      </div>
    </form>
  );
}

function Published({ post }: { readonly post: Post }) {
  const to = { section: 'post', id: post.id } as const;
  const link = `${location.origin}${location.pathname}${pageHash({ page: 'community', path: communityPath(to) })}`;
  return (
    <div className={classes.done}>
      <p className={classes.text} role="status">
        {post.status === 'pending'
          ? 'It is sent to the owner of the server. As soon as it is approved, others see it under this link.'
          : 'It is published. This link leads to it.'}
      </p>
      <div className={classes.linkRow}>
        <TextInput
          aria-label="Link to the published image"
          readOnly
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={link}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
        </CopyButton>
      </div>
      <div className={classes.end}>
        <Button onClick={closeSharingDialog}>Done</Button>
        <Button
          variant="filled"
          color="amber"
          onClick={() => {
            closeSharingDialog();
            showCommunity(to);
          }}
        >
          Look at it
        </Button>
      </div>
    </div>
  );
}
