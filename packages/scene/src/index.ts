export * from './records/scene-document.ts';
