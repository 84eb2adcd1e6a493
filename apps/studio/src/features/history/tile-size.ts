import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export const TILE_WIDTH_MIN_PX = 104;
export const TILE_WIDTH_MAX_PX = 440;

/** How large tiles are on the page; kept for the next visit. */
export const useTileSize = create<{ readonly tileWidth: number }>()(
  persist(() => ({ tileWidth: 200 }), { name: 'diorama-history', version: 1 }),
);
