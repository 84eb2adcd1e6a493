import { type DioramaError, toDioramaError } from '@diorama/contracts';
import { planInsertion } from '@diorama/scene';
import { notifications } from '@mantine/notifications';
import { saveFile } from '../../app/local-store.ts';
import { newId } from '../../app/new-id.ts';
import { showViewport } from '../../app/view-store.ts';
import { fillSlot, nextFreeSlot } from '../generate/reference-upload.ts';
import { importProject, isProjectFile } from '../projects/import-project.ts';
import { recallImage } from '../recall/recall-state.ts';
import { currentDocument, runCommand, select } from '../scene/scene-store.ts';
import { fitView } from '../viewport/fit-view.ts';
import type { ImportFile } from './dropped-files.ts';
import { dismissFailure, failImport, finishImport, startImport, useImports } from './import-store.ts';
import type { ImportedModel } from './model-messages.ts';
import { readModel } from './model-reader.ts';
import { dropSampleHint } from './open-scene.ts';
import { nameOf, planImport, relativeTo, sameFileName } from './plan-import.ts';
import { addDecoded } from './source-files.ts';
import { uploadInBackground } from './upload-source.ts';

/** Models that wait for files they name, by the key of their failure: bringing just those files completes them. */
const incomplete = new Map<string, { model: ImportFile; companions: readonly ImportFile[] }>();

/** Brings dropped or chosen files in: models into the scene, lone pictures into a reference slot or their settings into the panel. */
export async function importFiles(files: readonly ImportFile[]): Promise<void> {
  if (files.length === 0) return;
  dropSampleHint();
  const project = files.find(({ path }) => isProjectFile(path));
  if (project) {
    void importProject(project.file);
    return;
  }
  const plan = planImport(files);
  if (plan.models.length === 0 && (await completeWaiting(files))) return;
  const [picture, another] = plan.images;
  // One picture that says how it was made is a question; several are references.
  if (picture && !another && (await recallImage(picture.file))) return;
  for (const { file } of plan.images.slice(0, 2)) void fillSlot(nextFreeSlot(), file);
  if (plan.models.length === 0) {
    if (plan.images.length === 0)
      failImport({
        key: newId(),
        name: files[0]!.path,
        message: 'There is no 3D model among these files.',
        hint: 'Drop a GLB file, or a glTF file together with its .bin and pictures.',
        missingFiles: [],
      });
    return;
  }
  showViewport();
  for (const { model, companions } of plan.models) await importOne(model, companions);
}

async function completeWaiting(files: readonly ImportFile[]): Promise<boolean> {
  const waiting = useImports.getState().failures.filter(({ key, missingFiles }) => {
    return (
      incomplete.has(key) && missingFiles.some((name) => files.some((file) => sameFileName(file.path, name)))
    );
  });
  for (const { key } of waiting) {
    const { model, companions } = incomplete.get(key)!;
    incomplete.delete(key);
    dismissFailure(key);
    await importOne(model, [...companions, ...files]);
  }
  return waiting.length > 0;
}

async function importOne(model: ImportFile, companions: readonly ImportFile[]): Promise<void> {
  const key = newId();
  const name = nameOf(model.path);
  startImport({ key, name, stage: 'reading' });
  try {
    const imported = await readModel(
      name,
      model.file,
      companions.map(({ path, file }) => ({ path: relativeTo(model.path, path), file })),
    );
    placeModel(imported);
    finishImport(key);
    const [warning] = imported.warnings;
    if (warning)
      notifications.show({
        title: `${name}: not everything is supported`,
        message:
          imported.warnings.length === 1 ? warning : `${warning} And ${imported.warnings.length - 1} more.`,
      });
  } catch (thrown) {
    const error = toDioramaError(thrown, 'invalid-model');
    const missingFiles = missingFilesOf(error);
    if (missingFiles.length > 0) incomplete.set(key, { model, companions });
    failImport({
      key,
      name,
      message: missingFiles.length > 0 ? 'The model needs files that were not given.' : error.message,
      hint:
        missingFiles.length > 0
          ? 'Drop the missing files here, or the folder with everything in it.'
          : error.hint,
      missingFiles,
    });
  }
}

/** Keeps and sends the file, and puts the model into the scene. */
function placeModel(imported: ImportedModel): void {
  addDecoded(imported.asset, imported.decoded);
  void saveFile(imported.asset, imported.glb);
  uploadInBackground(imported.asset, imported.glb);
  const before = currentDocument();
  const wasEmpty = Object.keys(before.nodes).length === 0;
  const plan = planInsertion(before, imported.fragment);
  const commands = [{ type: 'insert-fragment', fragment: imported.fragment, parentId: null } as const];
  runCommand(
    wasEmpty && imported.fragment.name
      ? [...commands, { type: 'rename-scene', name: imported.fragment.name }]
      : commands,
    { label: `Add ${imported.fragment.name}` },
  );
  if (wasEmpty) fitView(undefined, { animate: false, fresh: true });
  else select(plan.rootIds);
}

function missingFilesOf(error: DioramaError): string[] {
  const files = error.details.files ?? error.details.missing;
  return Array.isArray(files) ? files.filter((file): file is string => typeof file === 'string') : [];
}
