// Entry of a worker thread. Holds one kernel and denoises one strip after another, as their rows arrive.

import { instantiateKernel, type Kernel } from './kernel.ts';
import type { PackedModel } from './packed-model.ts';
import { nodeModule } from './platform.ts';
import { StripRunner } from './strip-runner.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-port.ts';

let kernel: Kernel | undefined;
let model: PackedModel | undefined;
let runner: StripRunner | undefined;

/** The answer to a request, if it has one. */
function handle(request: WorkerRequest): WorkerAnswer | undefined {
  switch (request.kind) {
    case 'init':
      kernel = instantiateKernel(request.module);
      model = request.model;
      return undefined;
    case 'strip':
      if (kernel === undefined || model === undefined) throw new Error('A strip came before the model.');
      runner = new StripRunner(kernel, model, request.strip, request.exposure);
      return undefined;
    case 'rows':
      if (runner === undefined) throw new Error('Rows came before their strip.');
      return { rows: runner.push(request.rows, request.spare), spare: request.rows.values.buffer };
  }
}

const parentPort = nodeModule('node:worker_threads')?.parentPort;
if (parentPort) {
  parentPort.on('message', (request: WorkerRequest) => {
    const answer = handle(request);
    if (answer) parentPort.postMessage(answer, [answer.rows.color.buffer, answer.spare]);
  });
} else {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<WorkerRequest>) => void;
    postMessage(answer: WorkerAnswer, transfer: ArrayBuffer[]): void;
  };
  scope.onmessage = ({ data }) => {
    const answer = handle(data);
    if (answer) scope.postMessage(answer, [answer.rows.color.buffer, answer.spare]);
  };
}
