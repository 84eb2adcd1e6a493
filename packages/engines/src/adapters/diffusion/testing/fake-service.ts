import type { CommonBehaviour, FakeEngine, FakeService } from '@diorama/testkit/fake-engines';

/**
 * A fake of a program on the owner's machine, as the shared suite wants it. Such programs have no rate limits and no
 * words of their own for an overload; what answers then is the proxy before them.
 */
export function asFakeService<
  Behaviour extends CommonBehaviour,
  Fake extends FakeEngine & { readonly behaviour: Behaviour },
>(fake: Fake & { readonly behaviour: Behaviour }): Fake & FakeService<Behaviour> {
  return Object.assign(fake, {
    faults: {
      rateLimit: (retryAfterSeconds?: number) => ({
        kind: 'status' as const,
        status: 429,
        text: 'Too Many Requests',
        ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
      }),
      serverError: () => ({ kind: 'status' as const, status: 500, text: 'Internal Server Error' }),
      overloaded: () => ({ kind: 'status' as const, status: 503, text: 'Service Unavailable' }),
    },
  });
}
