import { INTERIOR_WORDS, OUTDOOR_WORDS } from './object-words.ts';

/** A single thing, something under the sky, or a room: they differ in light and ground when nothing is said. */
export type SceneKind = 'object' | 'outdoor' | 'interior';

const INDOOR_FURNITURE = ['sofa', 'armchair', 'rug', 'bed', 'bookshelf', 'couch'];

/** Guesses the kind of a scene from the words that its objects' names have. */
export function kindOfScene(has: (word: string) => boolean): SceneKind {
  const interior = [...INTERIOR_WORDS].filter(has).length;
  const outdoor = OUTDOOR_WORDS.filter(has).length;
  const furniture = INDOOR_FURNITURE.filter(has).length;
  if (interior > 0 && furniture > 0 && interior + furniture > outdoor) return 'interior';
  if (outdoor > 0) return 'outdoor';
  // One wall may be a prop; two kinds of such words are a room.
  return interior >= 2 ? 'interior' : 'object';
}
