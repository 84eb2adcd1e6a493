import { create } from 'zustand';

/** The file that somebody wants to bring in; null: none. */
export const useRecipeImport = create<{ readonly file: File | null }>(() => ({ file: null }));
