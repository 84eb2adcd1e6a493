export { applyCommand, labelOf } from './commands/apply-command.ts';
export { type AssignMaterial, paintNode } from './commands/assign-material.ts';
export type { Applied, CommandDefinition } from './commands/command.ts';
export {
  type CommandHistory,
  createCommandHistory,
  type DoOptions,
  type HistoryOptions,
  type HistoryState,
} from './commands/command-history.ts';
export { planDuplication } from './commands/duplicate-nodes.ts';
export { freshId, freshName } from './commands/fresh-id.ts';
export { type InsertionPlan, planInsertion } from './commands/insert-fragment.ts';
export type { SceneCommand } from './commands/registry.ts';
export { restorationOf } from './commands/restore-records.ts';
export * from './math/bounds.ts';
export * from './math/mat4.ts';
export * from './queries/diff-scenes.ts';
export * from './queries/frame-camera.ts';
export * from './queries/look-scene.ts';
export * from './queries/scene-notes.ts';
export * from './queries/tree.ts';
export * from './queries/world-bounds.ts';
export * from './queries/world-matrices.ts';
export { TEXTURE_SLOT_NAMES, type TextureSlotName } from './records/check-scene.ts';
export * from './records/create-records.ts';
export * from './records/parse-scene.ts';
export * from './records/scene-document.ts';
export * from './records/serialize-scene.ts';
