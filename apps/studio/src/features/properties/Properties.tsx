import { DEFAULT_MATERIAL, type MaterialFields, type NodeRecord, paintNode } from '@diorama/scene';
import { ColorInput, Select, Slider } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { beginStep, endStep, runCommand, useScene } from '../scene/scene-store.ts';
import { fromHex, toHex } from './color.ts';
import { type EulerDegrees, fromEulerDegrees, toEulerDegrees } from './euler.ts';
import { type MaterialUse, materialsOf } from './materials-of.ts';
import { NumberField } from './NumberField.tsx';
import classes from './Properties.module.css';

const AXES = ['X', 'Y', 'Z'] as const;

/** The inspector of what is selected. */
export function Properties() {
  const document = useScene((state) => state.document);
  const selection = useScene((state) => state.selection);
  const nodeId = selection.at(-1);
  const node = nodeId === undefined ? undefined : document.nodes[nodeId];
  return (
    <Panel title="Properties" className={classes.panel ?? ''}>
      {node ? (
        <div className={`${classes.body} scroll`}>
          <p className={`${classes.subject} ellipsis`} title={node.name}>
            {selection.length > 1 ? `${selection.length} objects` : node.name || 'Unnamed'}
          </p>
          {selection.length === 1 && <TransformFields key={`place ${node.id}`} node={node} />}
          <Materials key={`materials ${selection.join()}`} nodeIds={selection} />
        </div>
      ) : (
        <EmptyNote title="Nothing selected">
          Click an object in the viewport or in the list to move it or change its material.
        </EmptyNote>
      )}
    </Panel>
  );
}

function TransformFields({ node }: { readonly node: NodeRecord }) {
  const angles = useStableAngles(node);
  const name = node.name || 'object';
  const set = (transform: Partial<Pick<NodeRecord, 'translation' | 'rotation' | 'scale'>>) =>
    runCommand({ type: 'set-transform', nodeId: node.id, transform });
  const scrub = (verb: string) => (active: boolean) => (active ? beginStep(`${verb} ${name}`) : endStep());
  const replaced = <T extends readonly number[]>(values: T, axis: number, value: number) =>
    values.map((old, index) => (index === axis ? value : old)) as unknown as T;
  return (
    <>
      <div className={classes.row}>
        <span className={classes.label}>Position</span>
        {AXES.map((axis, index) => (
          <NumberField
            key={axis}
            label={`Position ${axis}, metres`}
            short={axis}
            value={node.translation[index]!}
            step={0.01}
            min={-1e6}
            max={1e6}
            onChange={(value) => set({ translation: replaced(node.translation, index, value) })}
            onScrub={scrub('Move')}
          />
        ))}
      </div>
      <div className={classes.row}>
        <span className={classes.label}>Rotation</span>
        {AXES.map((axis, index) => (
          <NumberField
            key={axis}
            label={`Rotation ${axis}, degrees`}
            short={axis}
            value={angles.value[index]!}
            step={1}
            digits={1}
            onChange={(value) => {
              const next = replaced(angles.value, index, value);
              angles.keep(next);
              set({ rotation: fromEulerDegrees(next) });
            }}
            onScrub={scrub('Rotate')}
          />
        ))}
      </div>
      <div className={classes.row}>
        <span className={classes.label}>Scale</span>
        {AXES.map((axis, index) => (
          <NumberField
            key={axis}
            label={`Scale ${axis}`}
            short={axis}
            value={node.scale[index]!}
            step={0.01}
            onChange={(value) => set({ scale: replaced(node.scale, index, value) })}
            onScrub={scrub('Scale')}
          />
        ))}
      </div>
    </>
  );
}

/**
 * The angles as the person typed them. A rotation has many Euler angles; reading them back after each key would turn
 * 100 degrees into 80 with both other axes flipped, while the person is still scrubbing.
 */
function useStableAngles(node: NodeRecord): { value: EulerDegrees; keep: (angles: EulerDegrees) => void } {
  const kept = useRef<EulerDegrees | null>(null);
  const fits =
    kept.current !== null &&
    Math.abs(
      fromEulerDegrees(kept.current).reduce((sum, part, index) => sum + part * node.rotation[index]!, 0),
    ) > 0.9999999;
  return {
    value: fits ? kept.current! : toEulerDegrees(node.rotation),
    keep: (angles) => {
      kept.current = angles;
    },
  };
}

function Materials({ nodeIds }: { readonly nodeIds: readonly string[] }) {
  const document = useScene((state) => state.document);
  const uses = useMemo(() => materialsOf(document, nodeIds), [document, nodeIds]);
  const [index, setIndex] = useState(0);
  const use = uses[Math.min(index, uses.length - 1)];
  if (!use) return <p className={classes.none}>This object has no surface of its own.</p>;
  return (
    <section className={classes.material} aria-label="Material">
      <div className={classes.heading}>
        <h3>Material</h3>
        {uses.length === 1 ? (
          <span className={`${classes.materialName} ellipsis`} title={use.record?.name}>
            {use.record?.name || 'None yet'}
          </span>
        ) : (
          <Select
            aria-label="Which material"
            className={classes.which}
            data={uses.map((one, at) => ({
              value: String(at),
              label: one.record?.name || `Material ${at + 1}`,
            }))}
            value={String(Math.min(index, uses.length - 1))}
            onChange={(value) => setIndex(Number(value))}
          />
        )}
      </div>
      <MaterialFieldsOf key={use.materialId ?? 'none'} use={use} />
    </section>
  );
}

function MaterialFieldsOf({ use }: { readonly use: MaterialUse }) {
  const material = use.record ?? DEFAULT_MATERIAL;
  // Every drag of a slider has its own key, so that it is one step to undo and the next drag another.
  const session = useRef(0);
  const finish = () => {
    session.current += 1;
  };
  const change = (field: string, changes: Partial<MaterialFields>) => {
    const document = useScene.getState().document;
    // The selection's objects keep a shared material in common; objects outside it keep the old one.
    const [first, ...others] = use.places;
    if (!first) return;
    const commands =
      others.length === 0
        ? paintNode(document, first.nodeId, first.primitive, changes)
        : use.materialId === null
          ? use.places.flatMap(({ nodeId, primitive }) => paintNode(document, nodeId, primitive, changes))
          : [{ type: 'set-material', materialId: use.materialId, changes } as const];
    runCommand(commands, { mergeKey: `${field} ${use.places[0]!.nodeId} ${session.current}` });
  };
  const glow = Math.max(...material.emissiveLinear) > 0 ? material.emissiveStrength : 0;
  return (
    <>
      <div className={classes.pair}>
        <span className={classes.label}>Colour</span>
        <ColorInput
          aria-label="Colour"
          size="xs"
          format="hex"
          value={toHex(material.baseColorLinear)}
          popoverProps={{ withinPortal: true, shadow: 'md' }}
          onChange={(value) => {
            const color = fromHex(value);
            if (color && toHex(color) !== toHex(material.baseColorLinear))
              change('colour', { baseColorLinear: color });
          }}
          onChangeEnd={finish}
          onBlur={finish}
        />
      </div>
      {material.baseColorTexture && (
        <p className={classes.hint}>The colour tints this material's picture; white leaves it as it is.</p>
      )}
      <SliderRow
        label="Roughness"
        value={material.roughness}
        onEnd={finish}
        onChange={(roughness) => change('roughness', { roughness })}
      />
      <SliderRow
        label="Metalness"
        value={material.metalness}
        onEnd={finish}
        onChange={(metalness) => change('metalness', { metalness })}
      />
      <SliderRow
        label="Opacity"
        value={material.alphaMode === 'opaque' ? 1 : material.alpha}
        onEnd={finish}
        onChange={(alpha) =>
          change('opacity', {
            alpha,
            alphaMode: material.alphaMode === 'mask' ? 'mask' : alpha < 1 ? 'blend' : 'opaque',
          })
        }
      />
      <SliderRow
        label="Transmission"
        value={material.transmission}
        onEnd={finish}
        onChange={(transmission) => change('transmission', { transmission })}
      />
      <SliderRow
        label="Emission"
        value={Math.min(20, glow)}
        max={20}
        step={0.1}
        onEnd={finish}
        onChange={(emissiveStrength) =>
          change('emission', {
            emissiveStrength,
            // A surface that never glowed begins to glow in its own colour.
            emissiveLinear:
              Math.max(...material.emissiveLinear) > 0 ? material.emissiveLinear : material.baseColorLinear,
          })
        }
      />
    </>
  );
}

function SliderRow(props: {
  readonly label: string;
  readonly value: number;
  readonly max?: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
  readonly onEnd: () => void;
}) {
  const { max = 1, step = 0.01 } = props;
  return (
    <div className={classes.slider}>
      <span className={classes.label}>{props.label}</span>
      <Slider
        size={4}
        thumbSize={14}
        min={0}
        max={max}
        step={step}
        value={props.value}
        label={null}
        thumbLabel={props.label}
        classNames={{ root: classes.track ?? '', bar: classes.bar ?? '', thumb: classes.thumb ?? '' }}
        onChange={props.onChange}
        onChangeEnd={props.onEnd}
      />
      <output className={classes.value}>{props.value.toFixed(max === 1 ? 2 : 1)}</output>
    </div>
  );
}
