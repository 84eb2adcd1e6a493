import type { SceneNotesChoice } from './panel-store.ts';

/** The notes in a line: "12 objects, from the scene". */
export function notesSummary({ isOn, edited }: SceneNotesChoice, text: string): string {
  if (!isOn) return 'off';
  if (text.trim() === '') return edited ? 'edited, empty' : 'no names in the scene';
  const objects = text.split('\n').filter((line) => line.startsWith('- ')).length;
  const count = objects === 1 ? '1 object' : `${objects} objects`;
  return [objects > 0 ? count : null, edited ? 'edited' : 'from the scene'].filter(Boolean).join(', ');
}
