export { buildSample, SAMPLES, type Sample, type SampleId, type SampleView } from './samples.ts';
