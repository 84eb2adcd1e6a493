import { DioramaError, type HISTORY_ROUTES } from '@diorama/contracts';
import type { EventHub } from '../jobs/event-hub.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { HistoryRepository } from '../storage/history.ts';
import { JsonText } from './json-text.ts';
import type { Handlers } from './register-routes.ts';

export interface HistoryRouteDependencies {
  readonly dataDir: string;
  readonly history: HistoryRepository;
  readonly runner: JobRunner;
  readonly hub: EventHub;
}

/** The history, its boards and projects. Archives are handled where they are packed. */
export function historyHandlers({
  dataDir,
  history,
  runner,
  hub,
}: HistoryRouteDependencies): Omit<Pick<Handlers, keyof typeof HISTORY_ROUTES>, 'orderArchive'> {
  const fractionOf = (id: string): number | null => runner.progressOf(id)?.fraction ?? null;
  return {
    listHistory: async ({ viewer, query }) =>
      new JsonText(history.of(viewer.userId).pageJson(query, fractionOf)),
    readHistoryIndex: async ({ viewer, query }) =>
      new JsonText(await history.of(viewer.userId).indexJson(query)),
    readHistoryCards: async ({ viewer, query }) =>
      new JsonText(`{"items":${history.of(viewer.userId).cardsJson(query.seqs, fractionOf)}}`),
    readHistoryFacets: async ({ viewer }) => await history.of(viewer.userId).facets(),
    changeHistory: async ({ viewer, body }) => {
      const { changed, canceled } = await history
        .of(viewer.userId)
        .change(body, (id) => runner.progressOf(id));
      runner.stopCanceled(canceled);
      hub.wake();
      return { changed };
    },
    purgeHistory: async ({ viewer, body }) => {
      const deleted = await history.of(viewer.userId).purge(body.ids);
      hub.wake();
      return { deleted };
    },
    readLineage: async ({ viewer, params }) =>
      found(history.of(viewer.userId).lineage(params.id, fractionOf), 'generation'),
    readStorage: async ({ viewer }) => await history.storageUseOf(viewer.userId, dataDir),

    listBoards: async ({ viewer }) => ({ boards: await history.boardsOf(viewer.userId).list() }),
    createBoard: async ({ viewer, body }) => await history.boardsOf(viewer.userId).create(body.name),
    renameBoard: async ({ viewer, params, body }) =>
      found(await history.boardsOf(viewer.userId).rename(params.id, body.name), 'board'),
    deleteBoard: async ({ viewer, params }) => {
      if (!(await history.boardsOf(viewer.userId).delete(params.id))) throw notFound('board');
      hub.wake();
      return undefined;
    },

    listProjects: async ({ viewer }) => ({ projects: await history.projectsOf(viewer.userId).list() }),
    createProject: async ({ viewer, body }) => await history.projectsOf(viewer.userId).create(body),
    getProject: async ({ viewer, params }) =>
      found(await history.projectsOf(viewer.userId).find(params.id), 'project'),
    updateProject: async ({ viewer, params, body }) => {
      const project = found(await history.projectsOf(viewer.userId).update(params.id, body), 'project');
      hub.wake();
      return project;
    },
    deleteProject: async ({ viewer, params }) => {
      if (!(await history.projectsOf(viewer.userId).delete(params.id))) throw notFound('project');
      hub.wake();
      return undefined;
    },
  };
}

function found<T>(value: T | null, what: string): T {
  if (value === null) throw notFound(what);
  return value;
}

function notFound(what: string): DioramaError {
  return new DioramaError('not-found', `There is no such ${what}.`);
}
