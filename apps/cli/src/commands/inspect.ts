import { checkModelBudget } from '@diorama/gltf';
import {
  childrenOf,
  meshNodes,
  type NodeRecord,
  rootsOf,
  type SceneDocument,
  worldBounds,
} from '@diorama/scene';
import type { Command } from 'commander';
import { readScene, type SceneInput } from '../input/read-scene.ts';
import type { Io } from '../io.ts';

export function addInspect(program: Command, io: Io, finish: (code: number) => void): void {
  program
    .command('inspect')
    .summary('show what a scene holds')
    .description(
      'Lists objects, materials, textures, cameras and bounds of a GLB or glTF, and what will not be drawn as it is there.',
    )
    .argument('<scene>', 'a .glb or .gltf file, or sample:<id>')
    .option('--json', 'print one JSON object')
    .action(async (argument: string, flags: { json?: boolean }) => {
      const summary = summarize(await readScene(argument, io));
      io.stdout(flags.json ? `${JSON.stringify(summary)}\n` : toText(summary));
      finish(0);
    });
}

interface ObjectSummary {
  readonly name: string;
  readonly visible: boolean;
  readonly triangles: number;
  readonly materials: readonly string[];
  readonly light: string | null;
  readonly children: readonly ObjectSummary[];
}

interface Summary {
  readonly name: string;
  readonly bytes: number;
  readonly objects: readonly ObjectSummary[];
  readonly nodes: number;
  readonly triangles: number;
  readonly vertices: number;
  readonly bounds: {
    readonly min: readonly number[];
    readonly max: readonly number[];
    readonly sizeM: readonly number[];
  } | null;
  readonly materials: readonly {
    readonly name: string;
    readonly baseColor: string;
    readonly roughness: number;
    readonly metalness: number;
    readonly textures: number;
  }[];
  readonly textures: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly width: number;
    readonly height: number;
    readonly bytes: number;
  }[];
  readonly cameras: readonly { readonly name: string; readonly fovYDegrees: number }[];
  readonly extensions: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

function summarize({ name, bytes, asset, document }: SceneInput): Summary {
  const budget = checkModelBudget(bytes);
  const bounds = worldBounds(document, (_, mesh) => asset.meshes[mesh]?.bounds ?? null);
  return {
    name,
    bytes: bytes.length,
    objects: rootsOf(document).map((node) => summarizeNode(document, asset, node)),
    nodes: Object.keys(document.nodes).length,
    triangles: meshNodes(document).reduce((sum, node) => sum + trianglesOf(asset, node.mesh.index), 0),
    vertices: budget.vertices,
    bounds: bounds && { ...bounds, sizeM: bounds.max.map((value, axis) => value - bounds.min[axis]!) },
    materials: Object.values(document.materials).map((material) => ({
      name: material.name,
      baseColor: toHex(material.baseColorLinear),
      roughness: material.roughness,
      metalness: material.metalness,
      textures: Object.entries(material).filter(([key, value]) => key.endsWith('Texture') && value !== null)
        .length,
    })),
    textures: asset.images.map(({ name: image, mediaType, width, height, bytes: data }) => ({
      name: image,
      mediaType,
      width,
      height,
      bytes: data.length,
    })),
    cameras: Object.values(document.views).map((view) => ({
      name: view.name,
      fovYDegrees: view.camera.fovYDegrees,
    })),
    extensions: budget.extensionsUsed,
    warnings: asset.warnings,
  };
}

function summarizeNode(document: SceneDocument, asset: SceneInput['asset'], node: NodeRecord): ObjectSummary {
  const names = new Set(
    (node.mesh?.materials ?? []).map((id) =>
      id === null ? 'default' : (document.materials[id]?.name ?? id),
    ),
  );
  return {
    name: node.name,
    visible: node.visible,
    triangles: node.mesh ? trianglesOf(asset, node.mesh.index) : 0,
    materials: [...names],
    light: node.light?.kind ?? null,
    children: childrenOf(document, node.id).map((child) => summarizeNode(document, asset, child)),
  };
}

function trianglesOf(asset: SceneInput['asset'], mesh: number): number {
  return (asset.meshes[mesh]?.primitives ?? []).reduce((sum, { indices }) => sum + indices.length / 3, 0);
}

function toHex(linear: readonly number[]): string {
  const digits = linear.map((value) => {
    const encoded = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
    return Math.round(Math.min(1, Math.max(0, encoded)) * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${digits.join('')}`;
}

/** More lines than this of one kind help nobody; the rest is counted. */
const LINES_MAX = 60;

function toText(summary: Summary): string {
  const number = (value: number) => value.toLocaleString('en');
  const meters = (value: number) => `${value.toPrecision(3)} m`;
  const lines = [
    summary.name,
    `  size        ${summary.bounds ? summary.bounds.sizeM.map(meters).join(' x ') : 'empty'}`,
    `  triangles   ${number(summary.triangles)}`,
    `  vertices    ${number(summary.vertices)}`,
    `  objects     ${number(summary.nodes)}`,
    `  materials   ${number(summary.materials.length)}`,
    `  textures    ${number(summary.textures.length)}`,
    `  cameras     ${summary.cameras.map(({ name }) => name).join(', ') || 'none'}`,
    `  file        ${number(Math.ceil(summary.bytes / 1024))} KiB${summary.extensions.length > 0 ? `, ${summary.extensions.join(', ')}` : ''}`,
    '',
    'Objects',
    ...limited(summary.objects.flatMap((object) => treeLines(object, 1))),
  ];
  if (summary.materials.length > 0)
    lines.push(
      '',
      'Materials',
      ...limited(
        summary.materials.map(
          ({ name, baseColor, roughness, metalness, textures }) =>
            `  ${name || '(no name)'}  ${baseColor}  roughness ${roughness.toFixed(2)}  metalness ${metalness.toFixed(2)}${textures > 0 ? `  ${textures} textures` : ''}`,
        ),
      ),
    );
  if (summary.textures.length > 0)
    lines.push(
      '',
      'Textures',
      ...limited(
        summary.textures.map(
          ({ name, mediaType, width, height }) =>
            `  ${name || '(no name)'}  ${mediaType}  ${width} x ${height}`,
        ),
      ),
    );
  if (summary.warnings.length > 0)
    lines.push('', 'Notes', ...limited(summary.warnings.map(({ message }) => `  ${message}`)));
  return `${lines.join('\n')}\n`;
}

function treeLines(object: ObjectSummary, depth: number): string[] {
  const facts = [
    object.triangles > 0 ? `${object.triangles.toLocaleString('en')} triangles` : '',
    object.materials.join(', '),
    object.light ? `${object.light} light` : '',
    object.visible ? '' : 'hidden',
  ].filter(Boolean);
  const line = `${'  '.repeat(depth)}${object.name}${facts.length > 0 ? `  (${facts.join('; ')})` : ''}`;
  return [line, ...object.children.flatMap((child) => treeLines(child, depth + 1))];
}

function limited(lines: readonly string[]): string[] {
  if (lines.length <= LINES_MAX) return [...lines];
  return [...lines.slice(0, LINES_MAX), `  … and ${lines.length - LINES_MAX} more; --json has them all`];
}
