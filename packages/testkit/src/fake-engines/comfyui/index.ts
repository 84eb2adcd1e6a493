export { type ComfyHold, type ComfyUiBehaviour, exampleModels } from './behaviour.ts';
export type { ComfyGraph, ComfyNode } from './graph.ts';
export type { ChoiceForm, ComfyRelease, InstalledModels, ModelFolder } from './node-catalogue.ts';
export type { ComfyRun, ControlUse } from './node-functions.ts';
export { type FakeComfyUi, startFakeComfyUi } from './start-fake-comfyui.ts';
