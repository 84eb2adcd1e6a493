export * from './comfyui/index.ts';
export * from './kit/index.ts';
