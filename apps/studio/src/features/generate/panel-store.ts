import type { AspectRatio, Lineage, Quality, ReferenceRole } from '@diorama/contracts';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** An uploaded reference image. */
export interface ReferenceImage {
  readonly asset: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** What the person said it is for; null leaves it to be guessed. */
  readonly role: ReferenceRole | null;
}

/** What is in a reference slot; uploading and refused states are of this moment and are not kept. */
export type ReferenceSlot =
  | { readonly state: 'empty' }
  | { readonly state: 'uploading'; readonly name: string; readonly previewUrl: string }
  | { readonly state: 'refused'; readonly message: string }
  | { readonly state: 'ready'; readonly image: ReferenceImage };

export type SlotIndex = 0 | 1;
export type ReferenceSlots = readonly [ReferenceSlot, ReferenceSlot];

export interface PanelState {
  readonly prompt: string;
  readonly useCanvas: boolean;
  readonly references: ReferenceSlots;
  readonly aspectRatio: AspectRatio;
  /** Long edge, pixels. */
  readonly size: number;
  readonly quality: Quality;
  /** Used when locked; else each generation gets a new one. */
  readonly seed: number;
  readonly seedLocked: boolean;
  /** null = the server's default. */
  readonly engine: string | null;
  /** The model chosen last, by engine id: changing the engine and back finds it again. */
  readonly models: Readonly<Record<string, string>>;
  readonly negativePrompt: string;
  /** 0 = free, 1 = exact; null = the engine's own middle. */
  readonly geometryStrength: number | null;
  readonly sceneNotes: SceneNotesChoice;
  readonly count: number;
  readonly settingsOpen: boolean;
  /** What the panel was begun from, as requests tell the server; null when it was begun from nothing. */
  readonly lineage: Lineage | null;
}

/** What is told of the scene to engines that read text. */
export interface SceneNotesChoice {
  readonly isOn: boolean;
  /** As the person wrote it; `basis` is the automatic text that it began as: when that changes, the scene did. */
  readonly edited: { readonly text: string; readonly basis: string } | null;
}

const EMPTY_SLOT: ReferenceSlot = { state: 'empty' };

export const INITIAL_PANEL: PanelState = {
  prompt: '',
  useCanvas: true,
  references: [EMPTY_SLOT, EMPTY_SLOT],
  aspectRatio: '16:9',
  size: 1024,
  quality: 'standard',
  seed: 1,
  seedLocked: false,
  engine: null,
  models: {},
  negativePrompt: '',
  geometryStrength: null,
  sceneNotes: { isOn: true, edited: null },
  count: 1,
  settingsOpen: false,
  lineage: null,
};

/** Everything of the Generate tab. Kept across reloads: nothing that was typed is ever lost. */
export const usePanel = create<PanelState>()(
  persist((): PanelState => INITIAL_PANEL, {
    name: 'diorama-panel',
    version: 1,
    partialize: (state) => ({
      ...state,
      references: state.references.map((slot) => (slot.state === 'ready' ? slot : EMPTY_SLOT)),
    }),
  }),
);

export function setSlot(index: SlotIndex, slot: ReferenceSlot): void {
  usePanel.setState(({ references: [first, second] }) => ({
    references: index === 0 ? [slot, second] : [first, slot],
  }));
}

/** The images that are ready, in slot order: reference 0 of the request is not always in slot 0. */
export function readyReferences(references: ReferenceSlots): { slot: SlotIndex; image: ReferenceImage }[] {
  return references.flatMap((slot, index) =>
    slot.state === 'ready' ? [{ slot: index as SlotIndex, image: slot.image }] : [],
  );
}

export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
