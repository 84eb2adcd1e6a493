import { cameraSchema, type Vec3 } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCommand } from '../commands/apply-command.ts';
import { type Bounds, cornersOf } from '../math/bounds.ts';
import { composeMatrix, decomposeMatrix, invertMatrix, multiplyMatrices } from '../math/mat4.ts';
import { sampleScene } from '../test-support/random-commands.ts';
import { frameCamera } from './frame-camera.ts';
import { toLookScene } from './look-scene.ts';
import { childrenOf, descendantsOf, isVisible, meshNodes, nodesInTreeOrder, rootsOf } from './tree.ts';
import { worldBounds } from './world-bounds.ts';
import { worldMatrices, worldMatrixOf } from './world-matrices.ts';

const number = fc.double({ min: -50, max: 50, noNaN: true });
const size = fc.double({ min: 0.01, max: 20, noNaN: true });

describe('tree queries', () => {
  it('follow the display order', () => {
    const scene = sampleScene();
    expect(rootsOf(scene).map(({ id }) => id)).toEqual(['room', 'lamp']);
    expect(childrenOf(scene, 'room').map(({ id }) => id)).toEqual(['chair', 'table']);
    expect(descendantsOf(scene, 'room').map(({ id }) => id)).toEqual(['chair', 'table', 'table-top']);
    expect(nodesInTreeOrder(scene).map(({ id }) => id)).toEqual([
      'room',
      'chair',
      'table',
      'table-top',
      'lamp',
    ]);
  });

  it('hide what stands below a hidden node', () => {
    const { document } = applyCommand(sampleScene(), {
      type: 'set-visible',
      nodeId: 'table',
      visible: false,
    });
    expect(isVisible(document, 'table-top')).toBe(false);
    expect(meshNodes(document).map(({ id }) => id)).toEqual(['chair']);
    expect(toLookScene(document).objects.map(({ name }) => name)).toEqual(['Room', 'Armchair', 'Lamp']);
  });

  it('give words the names of objects and of their materials', () => {
    expect(toLookScene(sampleScene()).objects[1]).toEqual({
      id: 'chair',
      name: 'Armchair',
      parentId: 'room',
      materialNames: ['Oak'],
    });
  });
});

describe('matrices', () => {
  it('are taken apart into what they were composed of', () => {
    fc.assert(
      fc.property(
        fc.tuple(number, number, number),
        fc.tuple(number, number, number, size),
        fc.tuple(size, size, size),
        fc.boolean(),
        (t, r, s, mirror) => {
          const matrix = composeMatrix({
            translation: t,
            rotation: r,
            scale: [mirror ? -s[0] : s[0], s[1], s[2]],
          });
          const again = composeMatrix(decomposeMatrix(matrix));
          for (let i = 0; i < 16; i += 1) expect(again[i]).toBeCloseTo(matrix[i]!, 6);
        },
      ),
    );
  });

  it('times their inverse are the identity', () => {
    const matrix = composeMatrix({
      translation: [1, 2, 3],
      rotation: [0.1, 0.2, 0.3, 0.9],
      scale: [2, -3, 0.5],
    });
    const product = multiplyMatrices(matrix, invertMatrix(matrix)!);
    for (let i = 0; i < 16; i += 1) expect(product[i]).toBeCloseTo(i % 5 === 0 ? 1 : 0, 12);
    expect(
      invertMatrix(composeMatrix({ translation: [0, 0, 0], rotation: [0, 0, 0, 1], scale: [1, 0, 1] })),
    ).toBeUndefined();
  });

  it('of the world are the same one by one as all together', () => {
    const { document } = applyCommand(sampleScene(), {
      type: 'set-transform',
      nodeId: 'room',
      transform: { rotation: [0, 1, 0, 1], scale: [2, 2, 2] },
    });
    const single = worldMatrixOf(document, 'table-top');
    expect(worldMatrices(document).get('table-top')).toEqual(single);
    expect([...single.slice(12, 15)].map((c) => Math.round(c * 1e9) / 1e9 + 0)).toEqual([0, 0, -2]);
  });
});

describe('worldBounds', () => {
  const unitBox = (): Bounds => ({ min: [-0.5, 0, -0.5], max: [0.5, 1, 0.5] });

  it('encloses all that is visible, or the given nodes with what is below them', () => {
    const scene = sampleScene();
    expect(worldBounds(scene, unitBox)).toEqual({ min: [-0.5, 0, -0.5], max: [1.5, 1, 2.5] });
    expect(worldBounds(scene, unitBox, ['table'])).toEqual({ min: [0.5, 0, -0.5], max: [1.5, 1, 0.5] });
    expect(worldBounds(scene, unitBox, ['lamp'])).toBeNull();
    expect(worldBounds(scene, () => null)).toBeNull();
  });
});

describe('frameCamera', () => {
  /** The box as the camera sees it: -1 to 1 across the frame. */
  function seen(bounds: Bounds, ratio: number, direction?: Vec3) {
    const camera = frameCamera(bounds, { ratio, ...(direction && { direction }) });
    const back = unit(minus(camera.position, camera.target));
    const right = unit(cross(Math.abs(back[1]) > 0.999 ? [0, 0, -1] : [0, 1, 0], back));
    const up = cross(back, right);
    const tan = Math.tan((camera.fovYDegrees * Math.PI) / 360);
    const points = cornersOf(bounds).map((corner) => {
      const offset = minus(corner, camera.position);
      const depth = -dot(offset, back);
      expect(depth).toBeGreaterThan(0);
      return [dot(offset, right) / (depth * tan * ratio), dot(offset, up) / (depth * tan)] as const;
    });
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    return {
      camera,
      left: Math.min(...xs),
      right: Math.max(...xs),
      bottom: Math.min(...ys),
      top: Math.max(...ys),
    };
  }

  it('fills three quarters of the frame with any box, centred, whatever the shape of the frame', () => {
    fc.assert(
      fc.property(
        fc.tuple(number, number, number),
        fc.tuple(size, size, size),
        fc.constantFrom(16 / 9, 1, 9 / 16, 21 / 9),
        fc.constantFrom<Vec3 | undefined>(undefined, [0, 1, 0], [1, 0, 0], [-1, 0.3, -1]),
        (min, extent, ratio, direction) => {
          const bounds: Bounds = { min, max: [min[0] + extent[0], min[1] + extent[1], min[2] + extent[2]] };
          const view = seen(bounds, ratio, direction);
          const fill = Math.max(view.right - view.left, view.top - view.bottom) / 2;
          expect(fill).toBeGreaterThan(0.68);
          expect(fill).toBeLessThan(0.8);
          expect(Math.abs(view.left + view.right)).toBeLessThan(0.12);
          expect(Math.abs(view.top + view.bottom)).toBeLessThan(0.12);
          expect(cameraSchema.safeParse(view.camera).success).toBe(true);
        },
      ),
    );
  });

  it('stands in front, above and to the right by default', () => {
    const { camera } = seen({ min: [-1, 0, -1], max: [1, 2, 1] }, 16 / 9);
    expect(camera.position[0]).toBeGreaterThan(1);
    expect(camera.position[1]).toBeGreaterThan(2);
    expect(camera.position[2]).toBeGreaterThan(2);
  });

  it('gives a usable camera for a single point', () => {
    const camera = frameCamera({ min: [1, 1, 1], max: [1, 1, 1] }, { ratio: 1 });
    expect(cameraSchema.safeParse(camera).success).toBe(true);
  });

  const minus = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a: Vec3, b: Vec3): Vec3 => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const unit = (a: Vec3): Vec3 => a.map((c) => c / Math.hypot(...a)) as Vec3;
});
