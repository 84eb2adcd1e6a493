import type { EngineDescription, Lineage } from '@diorama/contracts';
import type { ImageSettings, RecalledSettings } from '@diorama/metadata';
import type { PanelState } from '../generate/panel-store.ts';
import type { FoundSettings } from '../result/restore-scene.ts';

/** What an image's settings come to in this studio. */
export interface RecallPlan {
  readonly found: FoundSettings;
  /** Name and value of everything that was found, for the person. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What is not taken over, and why, in a sentence each. */
  readonly notTaken: readonly string[];
}

/** What this server knows of the things that settings name. */
export interface RecallContext {
  readonly engines: readonly EngineDescription[];
  /** Assets that are stored here. */
  readonly hasAsset: (asset: string) => boolean;
  /** What stays where the image says nothing. */
  readonly panel: Pick<PanelState, 'engine' | 'models' | 'aspectRatio' | 'size'>;
}

export function planRecall(recalled: RecalledSettings, context: RecallContext): RecallPlan {
  const { settings } = recalled;
  const { panel } = context;
  const notTaken: string[] = [];
  const { engine, model } = engineOf(recalled, context, notTaken);
  const references = settings.references.filter(({ asset }) => context.hasAsset(asset));
  const missing = settings.references.length - references.length;
  if (missing > 0)
    notTaken.push(
      missing === 1
        ? 'A reference image is not stored on this server.'
        : 'The reference images are not stored on this server.',
    );
  const sceneIsHere = settings.canvas !== null && context.hasAsset(settings.canvas.scene);
  if (settings.canvas !== null && !sceneIsHere)
    notTaken.push('The scene is not stored on this server; the present one stays.');
  if (recalled.source === 'a1111' && settings.aspectRatio === null && settings.width !== null)
    notTaken.push(`No shape here is like ${settings.width} × ${settings.height}; the present one stays.`);
  const foreign = [
    ...Object.keys(settings.options).filter((name) => name !== 'quality'),
    ...recalled.unknown,
  ];
  if (foreign.length > 0) notTaken.push(`The panel has no place for: ${listed(foreign)}.`);
  return {
    found: {
      request: {
        prompt: settings.prompt,
        negativePrompt: settings.negativePrompt,
        ...('sceneNotes' in settings ? { sceneNotes: settings.sceneNotes } : {}),
        canvas: settings.canvas && sceneIsHere ? settings.canvas : null,
        references: references.map(({ asset, role }) => (role === null ? { asset } : { asset, role })),
        aspectRatio: settings.aspectRatio ?? panel.aspectRatio,
        size: settings.size ?? panel.size,
        engine,
        model,
        count: settings.count ?? 1,
        geometryStrength: settings.geometryStrength,
        options: { ...settings.options },
      },
      seed: settings.seed,
      // A picture of another program was not made with the scene switched off: there is none to say so.
      usesCanvas: recalled.source === 'a1111' || settings.canvas !== null ? null : false,
      lineage: lineageOf(settings),
    },
    facts: factsOf(recalled, context),
    notTaken,
  };
}

function engineOf(
  { settings, source }: RecalledSettings,
  { engines, panel }: RecallContext,
  notTaken: string[],
): { engine: string | null; model: string | null } {
  const kept = { engine: panel.engine, model: null };
  if (source === 'a1111') {
    if (settings.model !== null)
      notTaken.push(`It was made by another program with ${settings.model}; the present engine stays.`);
    return kept;
  }
  const same =
    engines.find(({ id, kind }) => id === settings.engine && kind === settings.engineKind) ??
    engines.find(({ id }) => id === settings.engine) ??
    engines.find(({ kind }) => kind === settings.engineKind);
  if (same) return { engine: same.id, model: settings.model };
  if (settings.engine !== null)
    notTaken.push(`The engine ${settings.engine} is not connected here; the present one stays.`);
  return kept;
}

function lineageOf({ generation }: ImageSettings): Omit<Lineage, 'how'> | null {
  return generation === null ? null : { generation };
}

function factsOf({ settings, source }: RecalledSettings, { engines }: RecallContext): [string, string][] {
  const engine = engines.find(({ id }) => id === settings.engine)?.name ?? settings.engine;
  const size =
    settings.width !== null && settings.height !== null ? `${settings.width} × ${settings.height}` : null;
  const facts: [string, string | null][] = [
    ['Negative prompt', settings.negativePrompt.trim() || null],
    [source === 'a1111' ? 'Made by' : 'Engine', source === 'a1111' ? 'another program (A1111 text)' : engine],
    ['Model', settings.modelUsed ?? settings.model],
    ['Seed', settings.seed === null ? null : String(settings.seed)],
    ['Size', size],
    ['Shape', settings.aspectRatio],
    ['References', settings.references.length > 0 ? String(settings.references.length) : null],
    [
      'Made',
      settings.createdAt &&
        new Date(settings.createdAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }),
    ],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

const LISTED_MAX = 8;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED_MAX).join(', ');
  return names.length > LISTED_MAX ? `${shown} and ${names.length - LISTED_MAX} more` : shown;
}
