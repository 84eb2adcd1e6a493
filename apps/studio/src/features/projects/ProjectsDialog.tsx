import {
  API_PREFIX,
  BYTE_ROUTES,
  type Project,
  type ProjectImport,
  toDioramaError,
} from '@diorama/contracts';
import { Button, Menu, Progress, Skeleton, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { assetUrl, client } from '../../app/api.ts';
import { showPage } from '../../app/page-route.ts';
import { queryClient } from '../../app/server-state.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import {
  IconAlertTriangle,
  IconCube,
  IconDotsVertical,
  IconDownload,
  IconFileImport,
  IconFolder,
  IconHistory,
  IconPencil,
  IconTrash,
} from '../../ui/icons.ts';
import { runCommand, useScene } from '../scene/scene-store.ts';
import { dismissImport, importProject, useProjectImport } from './import-project.ts';
import { openProject } from './open-project.ts';
import classes from './ProjectsDialog.module.css';
import { PROJECTS_KEY } from './projects-key.ts';
import { hideProjects } from './projects-shown.ts';
import { projectOfScene, saveProject } from './save-project.ts';
import { useProjects } from './use-projects.ts';

const COVER_WIDTH_PX = 192;

/** Every project: open, save, rename, delete; out as a file and in again. */
export function ProjectsDialog() {
  const projects = useProjects();
  const sceneName = useScene((state) => state.document.name);
  const current = projectOfScene(projects.data ?? [], sceneName);
  return (
    <Dialog onClose={hideProjects} title="Projects" size={640}>
      <div className={classes.content}>
        <ImportNote />
        {projects.isPending ? (
          <div className={classes.list} role="status" aria-label="Loading the projects">
            <Skeleton height={60} />
            <Skeleton height={60} />
          </div>
        ) : projects.isError ? (
          <EmptyNote
            icon={<IconAlertTriangle size={20} />}
            title="The projects could not be loaded"
            action={<Button onClick={() => void projects.refetch()}>Try again</Button>}
          >
            {toDioramaError(projects.error).message}
          </EmptyNote>
        ) : projects.data.length === 0 ? (
          <EmptyNote icon={<IconFolder size={20} />} title="No projects yet">
            A project is a scene with the images made from it. Save this one, or make an image: that begins a
            project, too.
          </EmptyNote>
        ) : (
          <ul className={`${classes.list} scroll`} aria-label="Projects">
            {projects.data.map((project) => (
              <Row key={project.id} project={project} isCurrent={project.id === current?.id} />
            ))}
          </ul>
        )}
        <footer className={classes.foot}>
          <Button leftSection={<IconFileImport size={15} />} onClick={chooseProjectFile}>
            Import file…
          </Button>
          <span className={classes.space} />
          <Button variant="filled" onClick={() => void saveProject()} title={`As ${sceneName || 'Untitled'}`}>
            {current ? 'Save this scene' : 'Save this scene as a project'}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}

function Row({ project, isCurrent }: { readonly project: Project; readonly isCurrent: boolean }) {
  const [mode, setMode] = useState<'plain' | 'rename' | 'delete'>('plain');
  const [isOpening, setOpening] = useState(false);
  const open = async () => {
    setOpening(true);
    if (await openProject(project)) hideProjects();
    else setOpening(false);
  };
  return (
    <li className={classes.row} aria-current={isCurrent || undefined}>
      <span className={classes.cover}>
        {project.cover ? (
          <img src={assetUrl(project.cover, COVER_WIDTH_PX)} alt="" loading="lazy" />
        ) : (
          <IconCube size={18} />
        )}
      </span>
      {mode === 'rename' ? (
        <RenameForm project={project} isCurrent={isCurrent} onDone={() => setMode('plain')} />
      ) : mode === 'delete' ? (
        <span className={classes.ask} role="alert">
          <span>
            Delete {project.name}? {entriesStay(project.entries)}
          </span>
          <Button size="xs" onClick={() => setMode('plain')} autoFocus>
            Cancel
          </Button>
          <Button size="xs" className={classes.danger ?? ''} onClick={() => void deleteProject(project)}>
            Delete
          </Button>
        </span>
      ) : (
        <>
          <span className={classes.words}>
            <span className={`${classes.name} ellipsis`} title={project.name}>
              {project.name}
            </span>
            <span className={classes.facts}>
              {isCurrent && 'Open now · '}
              {project.entries.toLocaleString('en')} {project.entries === 1 ? 'entry' : 'entries'} ·{' '}
              {new Date(project.updatedAt).toLocaleDateString('en', { dateStyle: 'medium' })}
            </span>
          </span>
          <Button
            size="xs"
            loading={isOpening}
            disabled={!project.scene}
            title={project.scene ? undefined : 'No scene is saved in it yet'}
            onClick={() => void open()}
          >
            Open
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <IconButton label={`Menu of ${project.name}`}>
                <IconDotsVertical size={16} />
              </IconButton>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconHistory size={15} />}
                onClick={() => {
                  hideProjects();
                  showPage('history', `project=${project.id}`);
                }}
              >
                Show its images
              </Menu.Item>
              <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setMode('rename')}>
                Rename
              </Menu.Item>
              <Menu.Item
                leftSection={<IconDownload size={15} />}
                component="a"
                href={`${API_PREFIX}${BYTE_ROUTES.exportProject.path.replace('{id}', project.id)}`}
                download=""
              >
                Export as a file
                <span className="menu-note">Scene, images and settings, for another machine</span>
              </Menu.Item>
              <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => setMode('delete')}>
                Delete
                <span className="menu-note">Its images stay in the history</span>
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      )}
    </li>
  );
}

function entriesStay(entries: number): string {
  if (entries === 0) return 'It has no images.';
  return entries === 1
    ? 'Its entry stays in the history.'
    : `Its ${entries.toLocaleString('en')} entries stay in the history.`;
}

function RenameForm(props: {
  readonly project: Project;
  readonly isCurrent: boolean;
  readonly onDone: () => void;
}) {
  const { project, isCurrent, onDone } = props;
  const [name, setName] = useState(project.name);
  const [error, setError] = useState<string | null>(null);
  const save = async () => {
    const next = name.trim();
    if (next === '' || next === project.name) {
      onDone();
      return;
    }
    try {
      await client.updateProject({ params: { id: project.id }, body: { name: next } });
      // The scene goes by the same name: else the next image would begin another project.
      if (isCurrent) runCommand({ type: 'rename-scene', name: next });
      onDone();
    } catch (thrown) {
      setError(toDioramaError(thrown).message);
    }
    void queryClient.invalidateQueries({ queryKey: PROJECTS_KEY });
  };
  return (
    <form
      className={classes.rename}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput
        aria-label="Name of the project"
        maxLength={200}
        value={name}
        error={error}
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.currentTarget.value)}
        // Escape ends the renaming, not the dialog.
        data-mantine-stop-propagation
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      />
      <Button size="xs" onClick={onDone}>
        Cancel
      </Button>
      <Button size="xs" type="submit" variant="filled">
        Save
      </Button>
    </form>
  );
}

async function deleteProject(project: Project): Promise<void> {
  try {
    await client.deleteProject({ params: { id: project.id } });
    notifications.show({
      message: `The project ${project.name} is deleted. Its images stay in the history.`,
    });
  } catch (thrown) {
    const { message, hint } = toDioramaError(thrown);
    notifications.show({ color: 'red', title: 'The project was not deleted', message: `${message} ${hint}` });
  }
  void queryClient.invalidateQueries({ queryKey: PROJECTS_KEY });
}

function chooseProjectFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.diorama';
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void importProject(file);
  });
  input.click();
}

/** How the import of a file goes, and what it brought. */
function ImportNote() {
  const state = useProjectImport((store) => store.state);
  if (state.kind === 'none') return null;
  return (
    <section className={classes.import} role="status" aria-label="Import of a project file">
      <div className={classes.importHead}>
        <span className="ellipsis">{headlineOf(state)}</span>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={dismissImport}>
          {state.kind === 'sending' || state.kind === 'unpacking' ? 'Cancel' : 'Close'}
        </Button>
      </div>
      {state.kind === 'sending' && <Progress value={state.fraction * 100} aria-label="Sending the file" />}
      {state.kind === 'unpacking' && <Progress value={100} animated aria-label="Unpacking the file" />}
      {state.kind === 'failed' && (
        <p className={classes.fault}>
          {state.message.replace(/\.?$/, '.')} {state.hint}
        </p>
      )}
      {state.kind === 'done' && (
        <div className={classes.importHead}>
          <p className={classes.summary}>{summaryOf(state.result)}</p>
          {state.result.project.scene && (
            <Button
              size="xs"
              onClick={async () => {
                if (!(await openProject(state.result.project))) return;
                dismissImport();
                hideProjects();
              }}
            >
              Open
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function headlineOf(
  state: Exclude<ReturnType<typeof useProjectImport.getState>['state'], { kind: 'none' }>,
): string {
  switch (state.kind) {
    case 'sending':
      return `Sending ${state.fileName}, ${Math.round(state.fraction * 100)} %`;
    case 'unpacking':
      return `Checking and unpacking ${state.fileName}`;
    case 'done':
      return `${state.result.project.name} is imported`;
    case 'failed':
      return `${state.fileName} was not imported`;
  }
}

function summaryOf({ entries, files, skipped }: ProjectImport): string {
  const count = (value: number, one: string, many: string) =>
    `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
  return [
    `${count(entries, 'entry', 'entries')} and ${count(files, 'file', 'files')} came in.`,
    skipped > 0 && `${count(skipped, 'entry was', 'entries were')} here already.`,
  ]
    .filter(Boolean)
    .join(' ');
}
