import { toDioramaError } from '@diorama/contracts';
import { Skeleton } from '@mantine/core';
import { Dialog } from '../../ui/Dialog.tsx';
import { IconFolder, IconX } from '../../ui/icons.ts';
import { useProjects } from '../projects/use-projects.ts';
import { entriesInWords, moveToProject } from './change-history.ts';
import classes from './Dialogs.module.css';

/** Chooses the project that entries belong to. */
export function ProjectChoiceDialog(props: {
  readonly seqs: readonly number[];
  readonly onClose: () => void;
}) {
  const projects = useProjects();
  const choose = (project: { readonly id: string; readonly name: string } | null) => {
    props.onClose();
    void moveToProject(props.seqs, project);
  };
  return (
    <Dialog
      onClose={props.onClose}
      title={`Move ${entriesInWords(props.seqs.length)} to a project`}
      size={400}
    >
      {projects.isPending ? (
        <Skeleton height={34} />
      ) : projects.isError ? (
        <p className={classes.note} role="alert">
          The projects could not be loaded. {toDioramaError(projects.error).hint}
        </p>
      ) : (
        <>
          {projects.data.length === 0 && (
            <p className={classes.note}>
              There is no project yet. Save the scene as one: Save project in the scene menu.
            </p>
          )}
          <ul className={classes.choices} aria-label="Projects">
            {projects.data.map((project) => (
              <li key={project.id}>
                <button type="button" onClick={() => choose(project)}>
                  <IconFolder size={15} />
                  <span className="ellipsis">{project.name}</span>
                  <span className={classes.number}>{project.entries.toLocaleString('en')}</span>
                </button>
              </li>
            ))}
            <li>
              <button type="button" onClick={() => choose(null)}>
                <IconX size={15} />
                No project
              </button>
            </li>
          </ul>
        </>
      )}
    </Dialog>
  );
}
