export { type AssetUrlOptions, assetUrl } from './asset-url.ts';
export type { CallInput, CallResult } from './call-route.ts';
export { type Client, type ClientOptions, createClient } from './create-client.ts';
export type { EventsStatus, SubscribeOptions } from './subscribe.ts';
export type { UploadOptions } from './upload-asset.ts';
