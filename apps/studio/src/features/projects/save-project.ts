import { MEDIA_TYPES, type Project, toDioramaError } from '@diorama/contracts';
import { serializeScene } from '@diorama/scene';
import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { api, client } from '../../app/api.ts';
import { queryClient } from '../../app/server-state.ts';
import { UndoMessage } from '../../ui/UndoMessage.tsx';
import { projectOf } from '../generate/build-request.ts';
import { ensureStored } from '../import/upload-source.ts';
import { currentDocument } from '../scene/scene-store.ts';
import { currentCamera } from '../scene/surroundings.ts';
import { PROJECTS_KEY } from './projects-key.ts';

const NOTICE_ID = 'project-saved';

/** The project that the scene belongs to: the one of its name. */
export function projectOfScene(projects: readonly Project[], sceneName: string): Project | undefined {
  const name = projectOf(sceneName);
  return projects.find((project) => project.name === name);
}

/** Keeps the scene as it is now, with its camera, in the project of its name; makes the project where there is none. */
export async function saveProject(): Promise<void> {
  const document = currentDocument();
  const camera = currentCamera();
  const name = projectOf(document.name) ?? 'Untitled';
  notifications.hide(NOTICE_ID);
  try {
    const { signal } = new AbortController();
    const [scene, { projects }] = await Promise.all([
      api.uploadAsset(new Blob([serializeScene(document)], { type: MEDIA_TYPES.scene })),
      client.listProjects(),
      ensureStored(Object.values(document.sources), signal),
    ]);
    const before = projectOfScene(projects, name);
    if (before) await client.updateProject({ params: { id: before.id }, body: { scene: scene.id, camera } });
    else await client.createProject({ body: { name, scene: scene.id, camera } });
    const isReplaced = before?.scene && before.scene !== scene.id;
    notifications.show({
      id: NOTICE_ID,
      title: `Saved in the project ${name}`,
      message: isReplaced
        ? createElement(UndoMessage, {
            text: 'It replaces the scene saved before.',
            onUndo: () => void putBack(before),
          })
        : 'Open it again from Projects in the scene menu.',
    });
  } catch (thrown) {
    const { message, hint } = toDioramaError(thrown);
    notifications.show({
      id: NOTICE_ID,
      color: 'red',
      title: 'The project was not saved',
      message: `${message} ${hint} The scene is still here.`,
    });
  }
  void queryClient.invalidateQueries({ queryKey: PROJECTS_KEY });
}

async function putBack({ id, name, scene, camera }: Project): Promise<void> {
  notifications.hide(NOTICE_ID);
  try {
    await client.updateProject({ params: { id }, body: { scene, camera } });
    notifications.show({ message: `The project ${name} has the scene saved before again.` });
  } catch (thrown) {
    const { message, hint } = toDioramaError(thrown);
    notifications.show({
      color: 'red',
      title: 'The scene saved before is not back',
      message: `${message} ${hint}`,
    });
  }
  void queryClient.invalidateQueries({ queryKey: PROJECTS_KEY });
}
