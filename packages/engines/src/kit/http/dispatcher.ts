import type { Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { type AddressRules, isOwnOrigin, publicLookup } from './address-rules.ts';

/**
 * Sockets of one connection, shared by its jobs.
 *
 * @param connectMs How long connecting may take.
 * @param onSocket Called with each socket as it is connected.
 */
export function createDispatcher(
  rules: AddressRules,
  connectMs: number,
  onSocket: (socket: Socket) => void = () => {},
): Agent {
  const toPublic = buildConnector({ timeout: connectMs, lookup: publicLookup });
  const toOwn = rules.allowPrivate ? buildConnector({ timeout: connectMs }) : toPublic;
  return new Agent({
    // By origin and not by host: another port of the same private machine is another program.
    connect: (target, callback) => {
      const origin = `${target.protocol}//${target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname}`;
      const url = new URL(target.port ? `${origin}:${target.port}` : origin);
      (isOwnOrigin(url, rules) ? toOwn : toPublic)(target, (...connected) => {
        if (connected[1]) onSocket(connected[1]);
        callback(...connected);
      });
    },
    // Each call has its own watch, which knows how long it may take.
    headersTimeout: 0,
    bodyTimeout: 0,
    // A pause between two pictures is longer than most servers keep a socket.
    keepAliveTimeout: 4_000,
    // Nobody closes the sockets of a connection that was changed, so they have to end by themselves whatever a server
    // asks for.
    keepAliveMaxTimeout: 10_000,
    pipelining: 1,
  });
}
