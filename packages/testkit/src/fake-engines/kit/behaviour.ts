import type { PictureBehaviour } from './picture.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** A picture that was sent along with a request, decoded from whatever form the service takes. */
export interface InputPicture {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly sha256: string;
}

/** A request as every service understands it, for {@link CommonBehaviour.refuseWhen}. */
export interface UnderstoodRequest {
  readonly model: string;
  readonly prompt: string;
  /** In the order they were sent. */
  readonly images: readonly InputPicture[];
  readonly recorded: RecordedRequest;
}

/** What can be set on every fake; change it while the fake runs. */
export interface CommonBehaviour {
  /** The key that is accepted; every other is answered as the service does. `null`: no key is looked at. */
  key: string | null;
  /** Every paid request is answered as the service does to an account without money. */
  creditExhausted: boolean;
  /** How the answered pictures come out. */
  picture: PictureBehaviour;
  /** Milliseconds to wait before a route is handled, by its name. */
  delayMs: Record<string, number>;
  /** Where addresses of results point: this fake, its second origin, or a text in which `{port}` is filled in. */
  resultOrigin: 'same' | 'other' | string;
  /** Narrows a refusal down; without it and `refuseFromImageCount` every request is refused. */
  refuseWhen?: (request: UnderstoodRequest) => boolean;
  /** Refuses only requests with at least so many pictures. */
  refuseFromImageCount?: number;
}

/** Key that the fakes accept unless told otherwise. */
export const FAKE_KEY = 'fake-key-0123456789abcdef';

/** Where every fake begins. */
export function commonBehaviour(): CommonBehaviour {
  return { key: FAKE_KEY, creditExhausted: false, picture: {}, delayMs: {}, resultOrigin: 'same' };
}

/** Whether a refusal that is switched on hits this request. */
export function refusalHits(behaviour: CommonBehaviour, request: UnderstoodRequest): boolean {
  if (
    behaviour.refuseFromImageCount !== undefined &&
    request.images.length < behaviour.refuseFromImageCount
  ) {
    return false;
  }
  return behaviour.refuseWhen?.(request) ?? true;
}

/** Origin to put in front of the path of a result. */
export function resultOrigin(
  behaviour: CommonBehaviour,
  context: { readonly origin: string; readonly otherOrigin: string },
): string {
  if (behaviour.resultOrigin === 'same') return context.origin;
  if (behaviour.resultOrigin === 'other') return context.otherOrigin;
  return behaviour.resultOrigin.replace('{port}', new URL(context.origin).port);
}

/** Options that every fake is started with. */
export interface FakeOptions<Behaviour extends CommonBehaviour> {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly behaviour?: Partial<Behaviour>;
}
