import { inspectPicture, sha256 } from '../kit/index.ts';
import type { SdApiBehaviour } from './behaviour.ts';
import { pictureBytes } from './read-fields.ts';

/** A unit that was understood, for tests to look at. */
export interface UsedUnit {
  module: string;
  model: string;
  weight: number;
  guidanceStart: number;
  guidanceEnd: number;
  resizeMode: string;
  controlMode: string;
  savesDetectedMap: boolean;
  /** SHA-256 of each picture of the unit; empty when it took the init image. */
  imageSha256: string[];
  /** The first picture. */
  image: Uint8Array | undefined;
  unionControlType: string | undefined;
}

/** What became of the units of a request. */
export interface UnitReport {
  used: UsedUnit[];
  /** Why units were not used: one sentence each. Units that are not enabled are not listed. */
  wrong: string[];
  /** Fields that the program does not know and passes over. */
  unknownFields: string[];
}

const RESIZE_MODES = ['Just Resize', 'Crop and Resize', 'Resize and Fill'];
const RESIZE_ALIASES: Readonly<Record<string, string>> = {
  'Inner Fit (Scale to Fit)': 'Crop and Resize',
  'Outer Fit (Shrink to Fit)': 'Resize and Fill',
  'Scale to Fit (Inner Fit)': 'Crop and Resize',
  'Envelope (Outer Fit)': 'Resize and Fill',
};
const CONTROL_MODES = ['Balanced', 'My prompt is more important', 'ControlNet is more important'];
const UNION_TYPES = [
  'OpenPose',
  'Depth',
  'Soft Edge',
  'Hard Edge',
  'Normal Map',
  'Segmentation',
  'Tile',
  'Inpaint',
  'Unknown',
];

const SHARED_FIELDS = [
  'enabled',
  'module',
  'model',
  'weight',
  'image',
  'resize_mode',
  'processor_res',
  'threshold_a',
  'threshold_b',
  'guidance_start',
  'guidance_end',
  'pixel_perfect',
  'control_mode',
  'hr_option',
  'save_detected_map',
  'mask_image',
  'input_mode',
];
const A1111_FIELDS = [
  ...SHARED_FIELDS,
  'mask',
  'low_vram',
  'lowvram',
  'guidance',
  'input_image',
  'inpaint_crop_input_image',
  'advanced_weighting',
  'effective_region_mask',
  'pulid_mode',
  'union_control_type',
  'ipadapter_input',
];

/**
 * Reads the units as the flavour does: its own names, values and defaults.
 *
 * @param hasInitImage Whether a unit without a picture may take the one of img2img.
 */
export async function readUnits(
  args: unknown[],
  behaviour: SdApiBehaviour,
  hasInitImage: boolean,
): Promise<UnitReport> {
  const report: UnitReport = { used: [], wrong: [], unknownFields: [] };
  const isA1111 = behaviour.flavour === 'a1111';
  for (const [index, unit] of args.slice(0, behaviour.controlUnitCount).entries()) {
    if (typeof unit !== 'object' || unit === null || Array.isArray(unit)) {
      // A value that is no object is not a unit; older clients send flags in front.
      continue;
    }
    const values = unit as Record<string, unknown>;
    const known = isA1111 ? A1111_FIELDS : SHARED_FIELDS;
    for (const name of Object.keys(values)) if (!known.includes(name)) report.unknownFields.push(name);
    // A1111 wants units to be switched on, Forge takes them for switched on.
    if ((values['enabled'] ?? !isA1111) !== true) continue;
    try {
      report.used.push(await readUnit(values, behaviour, hasInitImage));
    } catch (error) {
      report.wrong.push(`unit ${index}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return report;
}

async function readUnit(
  values: Record<string, unknown>,
  behaviour: SdApiBehaviour,
  hasInitImage: boolean,
): Promise<UsedUnit> {
  const isA1111 = behaviour.flavour === 'a1111';
  const module = values['module'] ?? (isA1111 ? 'none' : 'None');
  if (typeof module !== 'string' || !behaviour.controlModules.includes(module))
    throw new Error(`module(${String(module)}) not found in supported modules.`);
  const needsNoModel = module.startsWith('reference');
  const model = needsNoModel ? 'None' : modelOf(values['model'] ?? 'None', behaviour);
  const weight = numberOf(values, 'weight', 1);
  const guidanceStart = numberOf(values, 'guidance_start', 0);
  const guidanceEnd = numberOf(values, 'guidance_end', 1);
  if (isA1111) {
    if (weight < 0 || weight > 2) throw new Error(`weight(${weight}) is not between 0 and 2`);
    for (const value of [guidanceStart, guidanceEnd])
      if (value < 0 || value > 1) throw new Error(`guidance(${value}) is not between 0 and 1`);
    if (guidanceStart > guidanceEnd)
      throw new Error(`guidance_start(${guidanceStart}) > guidance_end(${guidanceEnd})`);
  }
  const unionControlType = isA1111 ? values['union_control_type'] : undefined;
  if (unionControlType !== undefined && !UNION_TYPES.includes(String(unionControlType)))
    throw new Error(`union_control_type(${String(unionControlType)}) is not a valid enumeration member`);
  const images = picturesOf(values['image'] ?? (isA1111 ? values['input_image'] : undefined), isA1111);
  if (images.length === 0 && !hasInitImage)
    throw new Error('controlnet is enabled but no input image is given');
  for (const image of images)
    if ((await inspectPicture(image)) === undefined) throw new Error('Invalid encoded image');
  return {
    module,
    model,
    weight,
    guidanceStart,
    guidanceEnd,
    resizeMode: modeOf('resize_mode', values, RESIZE_MODES, 1, isA1111),
    controlMode: modeOf('control_mode', values, CONTROL_MODES, 0, isA1111),
    savesDetectedMap: values['save_detected_map'] !== false,
    imageSha256: images.map(sha256),
    image: images[0],
    unionControlType: unionControlType === undefined ? undefined : String(unionControlType),
  };
}

/** Forge looks a model up by its whole title; A1111 also finds it without the hash. */
function modelOf(value: unknown, behaviour: SdApiBehaviour): string {
  const name = String(value);
  const found = behaviour.controlModels.find(
    (title) => title === name || (behaviour.flavour === 'a1111' && title.replace(/ \[\w+\]$/, '') === name),
  );
  if (found === undefined) throw new Error(`model(${name}) not found in supported models.`);
  return found;
}

function numberOf(values: Record<string, unknown>, name: string, preset: number): number {
  const value = values[name] ?? preset;
  if (typeof value !== 'number') throw new Error(`${name} is not a valid float`);
  return value;
}

/** A1111 takes modes by their words only, Forge by words or numbers. */
function modeOf(
  name: string,
  values: Record<string, unknown>,
  words: string[],
  preset: number,
  isA1111: boolean,
): string {
  const value = values[name] ?? words[preset];
  if (typeof value === 'number' && !isA1111) {
    const word = words[value];
    if (word === undefined) throw new Error(`${name}(${value}) is out of range`);
    return word;
  }
  const word = typeof value === 'string' ? (RESIZE_ALIASES[value] ?? value) : undefined;
  if (word === undefined || !words.includes(word)) throw new Error(`${name}(${String(value)}) is not valid`);
  return word;
}

/** A1111 takes a text, `{image, mask}`, `[image, mask]` or a list of objects; Forge a text only. */
function picturesOf(value: unknown, isA1111: boolean): Uint8Array[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [pictureBytes(value)];
  if (!isA1111) throw new Error('controlnet is enabled but no input image is given');
  if (Array.isArray(value)) {
    if (value.length === 0) throw new Error("[] is not a valid 'image' field value");
    if (typeof value[0] === 'string') return [pictureBytes(value[0])];
    return value.map((item) => pictureBytes((item as { image?: unknown }).image));
  }
  return [pictureBytes((value as { image?: unknown }).image)];
}
