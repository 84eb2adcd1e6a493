import type { FakeEngine } from './fake-server.ts';
import type { Fault } from './fault.ts';
import type { InputPicture } from './input-picture.ts';
import type { PictureBehaviour } from './picture.ts';
import type { RecordedRequest } from './recorded-request.ts';

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
  /** Answers to a wrong key repeat that key, as careless proxies do. */
  echoKey: boolean;
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
  return {
    key: FAKE_KEY,
    echoKey: false,
    creditExhausted: false,
    picture: {},
    delayMs: {},
    resultOrigin: 'same',
  };
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

/** Faults in the words of a service. */
export interface ServiceFaults {
  /** Too many requests, with or without being told for how long to wait. */
  rateLimit(retryAfterSeconds?: number): Fault;
  /** The service has a failure of its own. */
  serverError(): Fault;
  /** The service or the model is overloaded. */
  overloaded(): Fault;
}

/**
 * Faults of a service that tells the wait in `Retry-After` and nothing else by headers.
 *
 * @param bodyOf The service's own words for each.
 */
export function usualFaults(bodyOf: (fault: keyof ServiceFaults) => unknown): ServiceFaults {
  return {
    rateLimit: (retryAfterSeconds) => ({
      kind: 'status',
      status: 429,
      headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
      json: bodyOf('rateLimit'),
    }),
    serverError: () => ({ kind: 'status', status: 500, json: bodyOf('serverError') }),
    overloaded: () => ({ kind: 'status', status: 503, json: bodyOf('overloaded') }),
  };
}

/** A running fake with what can be set on it. */
export interface FakeService<Behaviour extends CommonBehaviour> extends FakeEngine {
  readonly behaviour: Behaviour;
  readonly faults: ServiceFaults;
}

/** Joins a server with what can be set on it. */
export function asService<Behaviour extends CommonBehaviour>(
  engine: FakeEngine,
  behaviour: Behaviour,
  faults: ServiceFaults,
): FakeService<Behaviour> {
  return Object.assign(engine, { behaviour, faults });
}

/** The token behind `Bearer` (or another scheme) of an `Authorization` header. */
export function tokenOf(request: RecordedRequest, scheme = 'Bearer'): string | undefined {
  const header = request.headers['authorization'];
  return header?.startsWith(`${scheme} `) ? header.slice(scheme.length + 1) : undefined;
}

/** What a service says about a wrong key: the middle hidden, unless it echoes. */
export function shownKey(behaviour: CommonBehaviour, key: string): string {
  return behaviour.echoKey ? key : `${key.slice(0, 3)}****${key.slice(-2)}`;
}
