export { listMetadata, type MetadataEntry, type MetadataKind } from './list-metadata.ts';
export { readParameters } from './parameters/read-parameters.ts';
export { writeParameters } from './parameters/write-parameters.ts';
export { type PngChunk, readChunks, writeChunks } from './png/png-chunks.ts';
export { type RecalledSettings, recallSettings } from './recall-settings.ts';
export { type CanvasSettings, type ImageSettings, NO_SETTINGS } from './settings/image-settings.ts';
export { shapeOf } from './settings/shape-of.ts';
export { type MetadataToWrite, stripMetadata, writeMetadata } from './write-metadata.ts';
export { type DigitalSourceType, digitalSourceTypeOf } from './xmp/source-type.ts';
