// Entry of a worker, the same file for node:worker_threads and for a browser's module worker.
import { nodeBuiltin } from './kernel.ts';
import { runJob } from './worker-job.ts';
import type { FromWorker, ToWorker } from './worker-protocol.ts';

interface MessageEndpoint {
  postMessage(message: FromWorker, transfer?: ArrayBuffer[]): void;
}
interface NodeThreads {
  readonly parentPort:
    | (MessageEndpoint & { on(event: 'message', listener: (job: ToWorker) => void): void })
    | null;
}
interface WorkerScope extends MessageEndpoint {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
}

const port = nodeBuiltin<NodeThreads>('node:worker_threads')?.parentPort;
if (port) {
  port.on('message', (job) => runJob(job, (message, transfer) => port.postMessage(message, transfer)));
  port.postMessage({ type: 'online' });
} else {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = (event) =>
    runJob(event.data, (message, transfer) => scope.postMessage(message, transfer ?? []));
  scope.postMessage({ type: 'online' });
}
