import { create } from 'zustand';

/** A finished image of one's own. */
export interface ImageOfGeneration {
  readonly generation: string;
  /** Which of its outputs. */
  readonly image: number;
}

export type SharingDialog =
  | ({ readonly kind: 'publish' } & ImageOfGeneration)
  | ({ readonly kind: 'discord' } & ImageOfGeneration)
  /** `from`: the entry that the recipe is made of; null: the panel as it is. */
  | { readonly kind: 'save-recipe'; readonly from: ImageOfGeneration | null };

/** The dialog that is open over whatever one was looking at; null: none. */
export const useSharingDialog = create<{ readonly dialog: SharingDialog | null }>(() => ({ dialog: null }));

/** Asks what to share of an image, and publishes it. */
export function openPublish(generationId: string, image = 0): void {
  useSharingDialog.setState({ dialog: { kind: 'publish', generation: generationId, image } });
}

/** Asks what to say with it, and sends an image to the Discord channel of this server. */
export function openDiscordShare(generationId: string, image = 0): void {
  useSharingDialog.setState({ dialog: { kind: 'discord', generation: generationId, image } });
}

export function closeSharingDialog(): void {
  useSharingDialog.setState({ dialog: null });
}
