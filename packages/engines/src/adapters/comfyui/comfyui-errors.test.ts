import { describe, expect, it } from 'vitest';
import { requireSuccess } from './comfyui-api.ts';
import { nodeFailed, readComfyuiError } from './comfyui-errors.ts';

const failure = (status: number, json: unknown) =>
  readComfyuiError({ status, headers: new Headers(), json, text: JSON.stringify(json) ?? '' });

describe('what ComfyUI says', () => {
  it('names the model file that a node does not find', () => {
    expect(
      failure(400, {
        error: {
          type: 'prompt_outputs_failed_validation',
          message: 'Prompt outputs failed validation',
          details: '',
          extra_info: {},
        },
        node_errors: {
          '2': {
            errors: [
              {
                type: 'value_not_in_list',
                message: 'Value not in list',
                details: "ckpt_name: 'nope.safetensors' not in ['random-sd15.safetensors']",
                extra_info: { input_name: 'ckpt_name', received_value: 'nope.safetensors' },
              },
            ],
            dependent_outputs: ['7'],
            class_type: 'CheckpointLoaderSimple',
          },
        },
      }),
    ).toMatchObject({
      code: 'workflow-not-runnable',
      message: expect.stringContaining('CheckpointLoaderSimple: Value not in list'),
      details: { missingFiles: ['nope.safetensors'] },
    });
  });

  it('names the node that is not installed', () => {
    expect(
      failure(400, {
        error: {
          type: 'missing_node_type',
          message: "Node 'NoSuchNode' not found. The custom node may not be installed.",
          details: "Node ID '#3'",
          extra_info: { node_id: '3', class_type: 'NoSuchNode', node_title: 'NoSuchNode' },
        },
        node_errors: {},
      }),
    ).toMatchObject({ code: 'workflow-not-runnable', details: { missingNodes: ['NoSuchNode'] } });
  });

  it('says that pictures are too large, and leaves what it does not know to the status', () => {
    expect(failure(413, undefined)).toMatchObject({
      code: 'request-rejected',
      hint: expect.stringContaining('--max-upload-size'),
    });
    expect(failure(500, undefined)).toBeNull();
    expect(failure(400, { error: 'text' })).toBeNull();
  });

  it.each([
    ['torch.OutOfMemoryError', 'Allocation on device'],
    ['torch.cuda.OutOfMemoryError', 'x'],
    ['RuntimeError', 'CUDA error: out of memory'],
  ])('knows a lack of memory: %s, %s', (type, message) => {
    expect(
      nodeFailed({ node_id: '3', node_type: 'KSampler', exception_type: type, exception_message: message })
        .code,
    ).toBe('out-of-memory');
  });

  it('shows no folders of the server and says what a mismatch means', () => {
    const error = nodeFailed({
      node_id: '3',
      node_type: 'KSampler',
      exception_type: 'RuntimeError',
      exception_message:
        'mat1 and mat2 shapes cannot be multiplied, /home/anna/ComfyUI/models/x.safetensors and C:\\Users\\Anna\\ComfyUI\\y.py\n',
    });
    expect(error.message).not.toMatch(/anna/i);
    expect(error.message).toContain('x.safetensors');
    expect(error.hint).toContain('do not belong together');
  });

  it('tells a job that somebody stopped from one that failed', () => {
    const entry = (messages: [string, unknown][]) => ({
      outputs: {},
      status: { status_str: 'error', completed: false, messages },
    });
    expect(() => requireSuccess(entry([['execution_interrupted', {}]]))).toThrow(/stopped the job/);
    expect(() => requireSuccess(entry([]))).toThrow(/without saying why/);
    expect(() => requireSuccess(entry([['execution_error', null]]))).toThrow(/failed in a node/);
    expect(() => requireSuccess({ outputs: {}, status: null })).not.toThrow();
  });
});
