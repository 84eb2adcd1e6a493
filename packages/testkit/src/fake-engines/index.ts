/**
 * Fakes of image services, written from their public contracts: each records what it is asked, refuses what its
 * service refuses, answers with pictures that decode, and fails on demand.
 */

export { type BflBehaviour, type FakeBfl, startFakeBfl } from './bfl/fake-bfl.ts';
export * from './comfyui/index.ts';
export { type FakeFal, type FalBehaviour, startFakeFal } from './fal/fake-fal.ts';
export { type FakeGateway, type GatewayBehaviour, startFakeGateway } from './gateway/fake-gateway.ts';
export {
  type FakeGoogle,
  type GoogleBehaviour,
  type GoogleBlockReason,
  type GoogleFinishReason,
  startFakeGoogle,
} from './google/fake-google.ts';
export * from './kit/index.ts';
export { type FakeOpenAi, type OpenAiBehaviour, startFakeOpenAi } from './openai/fake-openai.ts';
export { validateOpenAiRequest } from './openai/openai-schema.ts';
export {
  type FakeOpenAiCompatible,
  type OpenAiCompatibleBehaviour,
  startFakeOpenAiCompatible,
} from './openai-compatible/fake-openai-compatible.ts';
export {
  type FakeReplicate,
  type ReplicateBehaviour,
  startFakeReplicate,
} from './replicate/fake-replicate.ts';
export * from './sd-server/index.ts';
export * from './sdapi/index.ts';
export { type FakeXai, startFakeXai, type XaiBehaviour } from './xai/fake-xai.ts';
