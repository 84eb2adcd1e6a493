import { DioramaError, type Project, toDioramaError } from '@diorama/contracts';
import { notifications } from '@mantine/notifications';
import { api } from '../../app/api.ts';
import { showViewport } from '../../app/view-store.ts';
import { usePanel } from '../generate/panel-store.ts';
import { loadMissingSources } from '../import/load-sources.ts';
import { replacementOf } from '../import/open-scene.ts';
import { readScene } from '../result/restore-scene.ts';
import { runCommand, select } from '../scene/scene-store.ts';
import { currentCamera } from '../scene/surroundings.ts';
import { fitView } from '../viewport/fit-view.ts';
import { setCamera } from '../viewport/viewport-handle.ts';

/**
 * The saved scene of a project in place of the one that is open, as one step that can be undone.
 *
 * @returns Whether it is open now.
 */
export async function openProject(project: Project): Promise<boolean> {
  try {
    if (!project.scene)
      throw new DioramaError('not-found', 'This project has no saved scene yet.', {
        hint: 'Open the scene that it is for and save it with Ctrl+S.',
      });
    if (!(await api.hasAsset(project.scene)))
      throw new DioramaError('unknown-asset', 'The saved scene is not stored on this server any more.', {
        hint: 'Its images can still be opened from the history.',
      });
    const scene = await readScene(project.scene, project.name);
    const label = `Open ${project.name}`;
    // The scene may have been saved under a name that the project had before.
    runCommand(replacementOf({ ...scene, name: project.name }, label), {
      label,
      surroundings: { camera: currentCamera() },
    });
    select([]);
    usePanel.setState({ lineage: null });
    void loadMissingSources();
    showViewport();
    if (project.camera) setCamera(project.camera);
    else fitView(undefined, { animate: false, fresh: true });
    notifications.show({ message: `${project.name} is open. Undo brings back the scene before.` });
    return true;
  } catch (thrown) {
    const { message, hint } = toDioramaError(thrown);
    notifications.show({
      color: 'red',
      title: `${project.name} was not opened`,
      message: `${message} ${hint}`,
    });
    return false;
  }
}
