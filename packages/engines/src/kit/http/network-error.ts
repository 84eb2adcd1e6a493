import { DioramaError } from '@diorama/contracts';
import { ADDRESS_REFUSED, refused } from './address-rules.ts';

/** Failures to connect: the service certainly knows nothing of the request. */
const NEVER_ARRIVED: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'Nothing listens at its address.'],
  ['ENOTFOUND', 'Its name is not known.'],
  ['EAI_AGAIN', 'Its name could not be looked up.'],
  ['EHOSTUNREACH', 'There is no way to its host.'],
  ['ENETUNREACH', 'There is no way to its network.'],
  ['UND_ERR_CONNECT_TIMEOUT', 'It does not accept a connection.'],
  ['ETIMEDOUT', 'It does not accept a connection.'],
  ['CERT_HAS_EXPIRED', 'Its certificate has expired.'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Its certificate is self-signed.'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'Its certificate is self-signed.'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'Its certificate cannot be verified.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'Its certificate is for another name.'],
]);

/** What a failed connection means; `details.arrived` is false when the request certainly did not get through. */
export function networkError(thrown: unknown, engineName: string): DioramaError {
  if (thrown instanceof DioramaError) return thrown;
  const faults = faultsOf(thrown);
  if (faults.some(({ code }) => code === ADDRESS_REFUSED)) return refused();
  // The fetch standard names ports that a web client never calls, as those of mail servers.
  if (thrown instanceof Error && thrown.cause instanceof Error && thrown.cause.message === 'bad port')
    return new DioramaError(
      'address-not-allowed',
      `The port of ${engineName} is one that may not be called.`,
      {
        hint: 'Let the server listen on another port, such as 8188 or 7860.',
      },
    );
  // The same codes come from sockets that were open already, and then a request may have got through.
  const wasOpen = faults.some(({ syscall }) => syscall === 'read' || syscall === 'write');
  const known = wasOpen ? undefined : faults.find(({ code }) => NEVER_ARRIVED.has(code))?.code;
  if (known)
    return new DioramaError(
      'engine-unreachable',
      `${engineName} cannot be reached. ${NEVER_ARRIVED.get(known)}`,
      {
        details: { arrived: false },
        cause: thrown,
      },
    );
  return new DioramaError('engine-unreachable', `The connection to ${engineName} broke.`, {
    hint: 'Try again. A request that was already sent may have been carried out.',
    cause: thrown,
  });
}

interface Fault {
  readonly code: string;
  readonly syscall: string;
}

/** What an error and everything behind it says; several addresses of one host fail as an `AggregateError`. */
function faultsOf(thrown: unknown, depth = 0): Fault[] {
  if (!(thrown instanceof Error) || depth > 5) return [];
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  const own = typeof code === 'string' ? [{ code, syscall: syscall ?? '' }] : [];
  const parts: unknown[] = thrown instanceof AggregateError ? thrown.errors : [];
  return [
    ...own,
    ...parts.flatMap((part) => faultsOf(part, depth + 1)),
    ...faultsOf(thrown.cause, depth + 1),
  ];
}
