import type { Camera, EngineDescription, Generation, Reference } from '@diorama/contracts';
import { cameraChangeInWords, cameraInNumbers } from './camera-words.ts';
import { diffWords, type WordPart } from './word-diff.ts';

/** One thing that is different between two entries. */
export type FieldChange =
  | { readonly kind: 'words'; readonly field: string; readonly parts: readonly WordPart[] }
  | { readonly kind: 'value'; readonly field: string; readonly before: string; readonly after: string }
  | {
      readonly kind: 'pictures';
      readonly field: string;
      readonly before: readonly Reference[];
      readonly after: readonly Reference[];
    }
  | {
      readonly kind: 'list';
      readonly field: string;
      readonly removed: readonly string[];
      readonly added: readonly string[];
    }
  | {
      readonly kind: 'camera';
      readonly field: string;
      /** null when one of the two has none of its own. */
      readonly words: string | null;
      readonly before: string;
      readonly after: string;
    };

type Entry = Pick<Generation, 'request' | 'outputs' | 'look' | 'modelUsed'>;

/** Everything that was asked for differently, field by field. The scenes are compared apart: they have to be fetched. */
export function compareEntries(
  before: Entry,
  after: Entry,
  engines: readonly EngineDescription[] = [],
): FieldChange[] {
  const a = before.request;
  const b = after.request;
  const changes: (FieldChange | null)[] = [
    words('Prompt', a.prompt, b.prompt),
    words('Negative prompt', a.negativePrompt, b.negativePrompt),
    value('Scene notes', notesInWords(a.sceneNotes), notesInWords(b.sceneNotes)),
    typeof a.sceneNotes === 'string' && typeof b.sceneNotes === 'string'
      ? words('Text of the notes', a.sceneNotes, b.sceneNotes)
      : null,
    pictures('References', a.references, b.references),
    value('Engine', engineName(engines, a.engine), engineName(engines, b.engine)),
    value('Model', modelName(engines, before), modelName(engines, after)),
    value('Seed', seedInWords(before), seedInWords(after)),
    value('Aspect ratio', a.aspectRatio, b.aspectRatio),
    value('Long edge', `${a.size} px`, `${b.size} px`),
    value('Images', String(a.count), String(b.count)),
    value('Geometry', geometryInWords(a.geometryStrength), geometryInWords(b.geometryStrength)),
    ...optionChanges(a.options, b.options),
    list('Look', directivesOf(before), directivesOf(after)),
    value('Canvas', a.canvas ? 'used' : 'off', b.canvas ? 'used' : 'off'),
    a.canvas && b.canvas ? camera(a.canvas.camera ?? null, b.canvas.camera ?? null) : null,
  ];
  return changes.filter((change) => change !== null);
}

function words(field: string, before: string, after: string): FieldChange | null {
  return before === after ? null : { kind: 'words', field, parts: diffWords(before, after) };
}

function value(field: string, before: string, after: string): FieldChange | null {
  return before === after ? null : { kind: 'value', field, before, after };
}

function pictures(
  field: string,
  before: readonly Reference[],
  after: readonly Reference[],
): FieldChange | null {
  const key = (references: readonly Reference[]) =>
    references.map(({ asset, role }) => `${asset} ${role ?? ''}`).join();
  return key(before) === key(after) ? null : { kind: 'pictures', field, before, after };
}

function list(field: string, before: readonly string[], after: readonly string[]): FieldChange | null {
  const removed = before.filter((one) => !after.includes(one));
  const added = after.filter((one) => !before.includes(one));
  return removed.length + added.length === 0 ? null : { kind: 'list', field, removed, added };
}

function camera(before: Camera | null, after: Camera | null): FieldChange | null {
  const numbers = (one: Camera | null) => (one ? cameraInNumbers(one) : 'framed by itself');
  if (!before || !after)
    return before === after
      ? null
      : { kind: 'camera', field: 'Camera', words: null, before: numbers(before), after: numbers(after) };
  const inWords = cameraChangeInWords(before, after);
  return inWords === null
    ? null
    : { kind: 'camera', field: 'Camera', words: inWords, before: numbers(before), after: numbers(after) };
}

function notesInWords(notes: string | null | undefined): string {
  if (notes === null) return 'none';
  return notes === undefined ? 'from the scene' : 'edited';
}

function engineName(engines: readonly EngineDescription[], id: string): string {
  return engines.find((engine) => engine.id === id)?.name ?? id;
}

function modelName(engines: readonly EngineDescription[], { request, modelUsed }: Entry): string {
  const known = engines
    .find(({ id }) => id === request.engine)
    ?.models.find(({ id }) => id === request.model)?.name;
  return known ?? request.model ?? modelUsed ?? 'its only one';
}

function seedInWords({ request, outputs }: Entry): string {
  const seeds = outputs.map(({ seed }) => seed);
  if (seeds.length > 0) return seeds.join(', ');
  return request.seed === null ? 'any' : String(request.seed);
}

function geometryInWords(strength: number | null): string {
  return strength === null ? 'as the engine likes' : `${Math.round(strength * 100)} %`;
}

function directivesOf({ look }: Entry): string[] {
  return (look?.directives ?? []).map(({ text, effect }) => (text ? `${text}: ${effect}` : effect));
}

/** Settings of the engine by their own names, as words: `denoiseStrength` is "Denoise strength". */
function optionChanges(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): (FieldChange | null)[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const shown = (one: unknown) =>
    one === undefined ? 'not set' : typeof one === 'string' ? one : (JSON.stringify(one) ?? 'not set');
  return names.map((name) => value(titleOfOption(name), shown(before[name]), shown(after[name])));
}

function titleOfOption(name: string): string {
  const spaced = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
