import type { SceneDocument } from '../records/scene-document.ts';
import { applyCommand, labelOf, mergeCommands } from './apply-command.ts';
import type { SceneCommand } from './registry.ts';

export interface HistoryOptions<S = never> {
  /** How many steps can be undone. Default 200. */
  readonly limit?: number;
  /**
   * For steps that bring more back than the document: a camera, a form. Puts it in place and gives back what stood
   * there, of the same parts.
   */
  readonly exchangeSurroundings?: (surroundings: S) => S;
}

export interface DoOptions<S = never> {
  /** Commands that follow each other with the same key become one step: give each drag its own. */
  readonly mergeKey?: string;
  /** Replaces the command's own label. */
  readonly label?: string;
  /**
   * What lies around the document, as it is before the step: undo brings it back, and redo what stood there when the
   * step was taken back. Not for steps within a transaction.
   */
  readonly surroundings?: S;
}

/** A new object after each change, the same one in between: what React's `useSyncExternalStore` wants. */
export interface HistoryState {
  readonly document: SceneDocument;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** What the next undo takes back, in words; null when there is nothing. */
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
  /** True between `begin` and `end`. */
  readonly inTransaction: boolean;
}

/** The scene document over time: does commands, and takes them back. */
export interface CommandHistory<S = never> {
  readonly state: HistoryState;
  readonly document: SceneDocument;
  /** @throws {DioramaError} `invalid-request` when a command does not fit; then nothing has changed. */
  do(command: SceneCommand | readonly SceneCommand[], options?: DoOptions<S>): void;
  /** Takes the last step back. False when there is none, or a transaction is open. */
  undo(): boolean;
  redo(): boolean;
  /** Everything until `end` becomes one step. May be nested; the outermost counts. */
  begin(label: string): void;
  end(): void;
  /** Ends the transaction, the nested ones included, and takes back what was done in it. */
  cancel(): void;
  /** Another scene: nothing before it can be undone. */
  reset(document: SceneDocument): void;
  /** Calls after each change; the returned function ends it. */
  subscribe(listener: (state: HistoryState) => void): () => void;
}

interface Step<S> {
  readonly label: string;
  readonly mergeKey: string | null;
  /** To do it again, in order. */
  readonly commands: readonly SceneCommand[];
  /** To take it back, in order. */
  readonly inverses: readonly SceneCommand[];
  /** To put back with the next undo or redo of this step; null when it has none. */
  readonly surroundings: { readonly value: S } | null;
}

/** Keeps the steps as commands, so a long drag or a large scene costs a few records, not a copy of the document. */
export function createCommandHistory<S = never>(
  initial: SceneDocument,
  options: HistoryOptions<S> = {},
): CommandHistory<S> {
  const limit = options.limit ?? 200;
  let document = initial;
  let done: Step<S>[] = [];
  let undone: Step<S>[] = [];
  let transaction: {
    label: string;
    depth: number;
    commands: SceneCommand[];
    inverses: SceneCommand[];
  } | null = null;
  const listeners = new Set<(state: HistoryState) => void>();
  let state = describe();

  function describe(): HistoryState {
    const open = transaction !== null;
    return {
      document,
      canUndo: !open && done.length > 0,
      canRedo: !open && undone.length > 0,
      undoLabel: done.at(-1)?.label ?? null,
      redoLabel: undone.at(-1)?.label ?? null,
      inTransaction: open,
    };
  }

  function announce(): void {
    state = describe();
    for (const listener of [...listeners]) listener(state);
  }

  function run(commands: readonly SceneCommand[]): SceneCommand[] {
    let next = document;
    const inverses: SceneCommand[] = [];
    for (const command of commands) {
      const applied = applyCommand(next, command);
      next = applied.document;
      inverses.unshift(applied.inverse);
    }
    document = next;
    return inverses;
  }

  function exchange(step: Step<S>): Step<S> {
    if (!step.surroundings || !options.exchangeSurroundings) return step;
    return { ...step, surroundings: { value: options.exchangeSurroundings(step.surroundings.value) } };
  }

  function push(step: Step<S>): void {
    const last = done.at(-1);
    const merges = step.mergeKey !== null && last?.mergeKey === step.mergeKey && undone.length === 0;
    if (merges) done[done.length - 1] = mergeSteps(last, step);
    else done.push(step);
    if (done.length > limit) done = done.slice(-limit);
    undone = [];
  }

  return {
    get state() {
      return state;
    },
    get document() {
      return document;
    },
    do(input, { mergeKey, label, surroundings } = {}) {
      const commands = Array.isArray(input) ? (input as readonly SceneCommand[]) : [input as SceneCommand];
      const first = commands[0];
      if (!first) return;
      const before = document;
      const inverses = run(commands);
      if (transaction) {
        transaction.commands.push(...commands);
        transaction.inverses.unshift(...inverses);
      } else
        push({
          label: label ?? labelOf(before, first),
          mergeKey: mergeKey ?? null,
          commands,
          inverses,
          surroundings: surroundings === undefined ? null : { value: surroundings },
        });
      announce();
    },
    undo() {
      const step = transaction ? undefined : done.at(-1);
      if (!step) return false;
      run(step.inverses);
      done.pop();
      undone.push(exchange(step));
      announce();
      return true;
    },
    redo() {
      const step = transaction ? undefined : undone.at(-1);
      if (!step) return false;
      run(step.commands);
      undone.pop();
      // A drag that continues after a redo is a new step.
      done.push({ ...exchange(step), mergeKey: null });
      announce();
      return true;
    },
    begin(label) {
      if (transaction) transaction.depth += 1;
      else transaction = { label, depth: 1, commands: [], inverses: [] };
      announce();
    },
    end() {
      if (!transaction) return;
      transaction.depth -= 1;
      if (transaction.depth > 0) return;
      const { label, commands, inverses } = transaction;
      transaction = null;
      if (commands.length > 0) push({ label, mergeKey: null, commands, inverses, surroundings: null });
      announce();
    },
    cancel() {
      if (!transaction) return;
      const { inverses } = transaction;
      transaction = null;
      run(inverses);
      announce();
    },
    reset(next) {
      document = next;
      done = [];
      undone = [];
      transaction = null;
      announce();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function mergeSteps<S>(earlier: Step<S>, later: Step<S>): Step<S> {
  return {
    label: earlier.label,
    mergeKey: earlier.mergeKey,
    commands: joinCommands(earlier.commands, later.commands),
    inverses: joinCommands(later.inverses, earlier.inverses),
    surroundings: earlier.surroundings,
  };
}

/** `first`, then `second`, with neighbours at the joint made one where they can be. */
function joinCommands(first: readonly SceneCommand[], second: readonly SceneCommand[]): SceneCommand[] {
  const joined = [...first];
  for (const command of second) {
    const last = joined.at(-1);
    const merged = last && mergeCommands(last, command);
    if (merged) joined[joined.length - 1] = merged;
    else joined.push(command);
  }
  return joined;
}
