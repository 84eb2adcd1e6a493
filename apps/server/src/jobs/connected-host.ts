import { DioramaError } from '@diorama/contracts';
import type { ConnectionConfig } from '@diorama/engines';
import type { KnownSecrets } from '../security/known-secrets.ts';
import type { Logger } from '../security/logger.ts';
import { fromRenderError } from './render-error.ts';
import { ForkedRenderHost, type RenderHost, type RenderHostOptions } from './render-host.ts';
import type {
  Answers,
  EngineList,
  FromRenderProcess,
  LoadedConnections,
  Question,
  RenderSetup,
} from './render-messages.ts';

/** A cancel has to reach the service; a kill takes the other jobs of the process with it. */
const KILL_AFTER_ABORT_MS = 10_000;
/** Beyond the longest test of a connection. */
const ANSWER_WITHIN_MS = 75_000;

/** Until the connections are read again after they could not be. */
const RETRY_AFTER_MS = 2_000;

/** Where the connected engines are. */
export interface ConnectionHost extends RenderHost {
  /** @throws {DioramaError} `engine-unavailable` when the engines cannot be loaded. */
  loaded(): Promise<LoadedConnections>;
  /** Connections, keys or prices have changed. Resolves when the engines follow; a process that is down follows later. */
  reconfigure(): Promise<void>;
  /** @throws {DioramaError} What makes such a connection impossible. */
  ask<Q extends Question>(question: Q): Promise<Answers[Q['about']]>;
}

export interface ConnectedHostOptions extends RenderHostOptions {
  /** The connections as they are to be used now, with their keys. */
  readonly connections: (loaded: LoadedConnections) => Promise<readonly ConnectionConfig[]>;
  /** Taken out of everything that the process says. */
  readonly secrets: KnownSecrets;
}

interface Waiting {
  readonly resolve: (answer: Answers[keyof Answers]) => void;
  readonly reject: (thrown: unknown) => void;
}

/**
 * The process of the remote lane: several jobs at once, for engines that work elsewhere. It gets connections and keys
 * in messages, whenever they change and whenever it was replaced; they stand in no argument, variable or file.
 */
export class ConnectedHost extends ForkedRenderHost implements ConnectionHost {
  readonly #connections: ConnectedHostOptions['connections'];
  readonly #secrets: KnownSecrets;
  readonly #waiting = new Map<number, Waiting>();
  #loaded: LoadedConnections | null = null;
  #number = 0;
  #revision = 0;
  /** Rejects while the connections cannot be read: whoever asks for the engines then must not wait for them. */
  #failed = neverOrRejected();
  #configured = new Map<number, () => void>();
  /** One after the other: the last one sent must be the newest. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(setup: Omit<RenderSetup, 'lane'>, logger: Logger, options: ConnectedHostOptions) {
    super({ ...setup, lane: 'remote' }, logger, {
      killAfterAbortMs: KILL_AFTER_ABORT_MS,
      environment: process.env,
      whenStopping: 'leave',
      ...options,
    });
    this.#connections = options.connections;
    this.#secrets = options.secrets;
  }

  /** The engines as configured last: a change that is under way is waited for. */
  override async engines(): Promise<EngineList> {
    await this.#turn;
    return await Promise.race([super.engines(), this.#failed.promise]);
  }

  async loaded(): Promise<LoadedConnections> {
    if (!this.#loaded) await this.process.ready();
    if (!this.#loaded) throw new DioramaError('engine-unavailable', 'The engines could not be loaded.');
    return this.#loaded;
  }

  async reconfigure(): Promise<void> {
    if (this.process.pid === null) {
      await this.process.ready().catch(() => {});
      return;
    }
    if (this.#loaded) await this.#configure();
    else await this.process.ready().catch(() => {});
  }

  async ask<Q extends Question>(question: Q): Promise<Answers[Q['about']]> {
    await this.process.ready();
    const number = this.#number++;
    const { promise, resolve, reject } = Promise.withResolvers<Answers[keyof Answers]>();
    this.#waiting.set(number, { resolve, reject });
    const timer = setTimeout(() => reject(new DioramaError('timed-out')), ANSWER_WITHIN_MS);
    try {
      this.process.tell({ type: 'ask', number, question });
      return (await promise) as Answers[Q['about']];
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(number);
    }
  }

  protected override receive(received: FromRenderProcess): void {
    if (received.type === 'loaded') {
      this.#loaded = received.loaded;
      void this.#configure();
      return;
    }
    const message = this.#secrets.redactDeep(received);
    switch (message.type) {
      case 'configured':
        this.setEngines(message.engines);
        this.#configured.get(message.revision)?.();
        return;
      case 'answer':
        this.#waiting.get(message.number)?.resolve(message.answer);
        return;
      case 'no-answer':
        this.#waiting.get(message.number)?.reject(fromRenderError(message.error));
        return;
      default:
        super.receive(message);
    }
  }

  protected override onEnd(outOfMemory: boolean): void {
    for (const { reject } of this.#waiting.values())
      reject(new DioramaError('engine-unavailable', 'The engines stopped; trying again soon.'));
    for (const resolve of this.#configured.values()) resolve();
    super.onEnd(outOfMemory);
  }

  async #configure(): Promise<void> {
    const turn = this.#turn.then(async () => {
      const revision = this.#revision++;
      try {
        const loaded = this.#loaded;
        if (!loaded) return;
        const connections = await this.#connections(loaded);
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#configured.set(revision, resolve);
        if (this.process.pid === null) resolve();
        this.process.tell({ type: 'configure', revision, connections });
        await promise;
        this.#failed = neverOrRejected();
      } catch (thrown) {
        this.logger.error({ error: thrown }, 'engines-not-configured');
        this.#failed.reject(new DioramaError('engine-unavailable', 'The connections could not be read.'));
        setTimeout(() => {
          // One that is started anew asks by itself.
          if (this.process.pid !== null) void this.#configure();
        }, RETRY_AFTER_MS).unref();
      } finally {
        this.#configured.delete(revision);
      }
    });
    this.#turn = turn;
    await turn;
  }
}

function neverOrRejected(): PromiseWithResolvers<never> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  return failed;
}
