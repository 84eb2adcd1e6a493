/**
 * The closed list of error codes. Branch on the code, never on the text; the message may change, the code may not.
 *
 * `status` is what the API answers with; `hint` is the next step that fits every occurrence. A thrower that knows
 * more gives a more exact hint.
 */
export const ERRORS = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    hint: 'Correct the named fields and send it again.',
  },
  'invalid-json': {
    status: 400,
    title: 'The body is not JSON',
    hint: 'Send a JSON body with Content-Type application/json.',
  },
  'prompt-too-long': {
    status: 422,
    title: 'The prompt is too long',
    hint: 'Shorten the prompt to at most 4,000 characters.',
  },
  'nothing-to-generate': {
    status: 422,
    title: 'There is nothing to make an image from',
    hint: 'Switch the canvas on, add a reference image, or type a prompt.',
  },
  'too-many-references': {
    status: 422,
    title: 'Too many reference images',
    hint: 'Use at most two reference images.',
  },
  'invalid-aspect-ratio': {
    status: 422,
    title: 'The aspect ratio is not offered',
    hint: 'Choose one of the listed aspect ratios.',
  },
  'invalid-size': {
    status: 422,
    title: 'The size is out of range',
    hint: 'Choose a long edge from 256 to 4096 pixels.',
  },
  'invalid-camera': {
    status: 422,
    title: 'The camera is not valid',
    hint: 'Place the camera away from its target and use a field of view from 1 to 150 degrees.',
  },
  'unknown-engine': {
    status: 422,
    title: 'The engine does not exist',
    hint: 'Choose an engine from the list of engines.',
  },
  'engine-unavailable': {
    status: 503,
    title: 'The engine is not available',
    hint: 'Choose another engine, or see its reason in the list of engines.',
  },
  'unknown-asset': {
    status: 422,
    title: 'A named file is not stored here',
    hint: 'Upload the file first, then use the id in the answer.',
  },
  'not-found': { status: 404, title: 'Not found', hint: 'It may have been deleted. Go back to the list.' },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    hint: 'See /api/v1/openapi.json.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The file type is not supported',
    hint: 'Use a PNG, JPEG or WebP image, or a GLB model.',
  },
  'file-too-large': { status: 413, title: 'The file is too large', hint: 'Use a smaller file.' },
  'image-too-large': {
    status: 413,
    title: 'The image has too many pixels',
    hint: 'Use an image of at most 50 megapixels.',
  },
  'invalid-image': {
    status: 422,
    title: 'The image cannot be read',
    hint: 'Open it in an image program and save it again as PNG or JPEG.',
  },
  'invalid-model': {
    status: 422,
    title: 'The 3D model cannot be read',
    hint: 'Export it again as GLB and check it with a glTF validator.',
  },
  'model-too-large': {
    status: 413,
    title: 'The 3D model is over the limits',
    hint: 'Reduce triangles or texture sizes, then export again.',
  },
  'missing-files': {
    status: 422,
    title: 'The 3D model needs files that were not given',
    hint: 'Give the model together with the named files, or export it as one GLB with everything inside.',
  },
  'unsupported-feature': {
    status: 422,
    title: 'The 3D model needs a feature that is not supported',
    hint: 'Export it again without the named extension.',
  },
  'invalid-scene': {
    status: 422,
    title: 'The scene document cannot be read',
    hint: 'Open the scene in the studio and save it again.',
  },
  'idempotency-conflict': {
    status: 409,
    title: 'The Idempotency-Key was used for another request',
    hint: 'Use a new Idempotency-Key for a new request.',
  },
  conflict: {
    status: 409,
    title: 'The state does not allow this',
    hint: 'Reload and look at the current state.',
  },
  'queue-full': {
    status: 429,
    title: 'Too many generations are waiting',
    hint: 'Wait until some have finished, or cancel some.',
  },
  'forbidden-host': {
    status: 403,
    title: 'The Host header is not allowed',
    hint: 'Open Diorama by the address it prints at start.',
  },
  'forbidden-origin': {
    status: 403,
    title: 'Another site may not do this',
    hint: 'Use Diorama from its own page.',
  },
  'signed-out': {
    status: 401,
    title: 'You are not signed in',
    hint: 'Sign in, then try again.',
  },
  'launch-token-needed': {
    status: 401,
    title: 'This browser has not been let in yet',
    hint: 'Open Diorama once by the address that was printed when it started.',
  },
  'wrong-credentials': {
    status: 401,
    title: 'Email or password is wrong',
    hint: 'Check both. The owner of the server can give you a link to choose a new password.',
  },
  'account-disabled': {
    status: 403,
    title: 'This account is disabled',
    hint: 'Ask the owner of the server. Everything of yours is kept.',
  },
  forbidden: {
    status: 403,
    title: 'You may not do this',
    hint: 'Ask the owner of the server.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many tries',
    hint: 'Wait a little, then try again.',
  },
  'link-expired': {
    status: 410,
    title: 'This link does not work any more',
    hint: 'It was used, withdrawn, or is too old. Ask the owner of the server for a new one.',
  },
  'email-taken': {
    status: 409,
    title: 'There is an account with this email address already',
    hint: 'Sign in with it, or use another address.',
  },
  'invalid-recipe': {
    status: 422,
    title: 'This is not a recipe of Diorama',
    hint: 'Choose a file that was exported as a recipe.',
  },
  'invalid-archive': {
    status: 422,
    title: 'This is not a sound project file',
    hint: 'Export the project again. If the file came by mail or chat, it may have been cut off.',
  },
  'discord-refused': {
    status: 502,
    title: 'Discord did not take the message',
    hint: 'The owner of the server can check the webhook in the settings of the community.',
  },
  'storage-full': {
    status: 507,
    title: 'The disk is full',
    hint: 'Free some space on the disk that holds the data folder, then try again.',
  },
  'storage-failed': {
    status: 503,
    title: 'The data folder cannot be written or read',
    hint: 'Check the data folder with `npx diorama doctor`.',
  },
  'render-failed': {
    status: 500,
    title: 'The image could not be rendered',
    hint: 'Try again; if it fails again, use a smaller size or a simpler scene.',
  },
  'out-of-memory': {
    status: 500,
    title: 'The scene needs more memory than there is',
    hint: 'Use a smaller size or a scene with fewer triangles and smaller textures.',
  },
  'worker-lost': {
    status: 500,
    title: 'The worker ended while it made the image',
    hint: 'Try again; the request is kept.',
  },
  'invalid-output': {
    status: 502,
    title: 'The engine answered with something that is not a usable image',
    hint: 'Try again, or choose another engine.',
  },
  'timed-out': {
    status: 504,
    title: 'It took too long',
    hint: 'Try again with a smaller size or lower quality.',
  },
  'content-refused': {
    status: 422,
    title: 'The engine refused the prompt or a picture',
    hint: 'Reword the prompt, or try again without one of the inputs to find out which one was refused.',
  },
  'output-withheld': {
    status: 422,
    title: 'The engine made an image and withheld it',
    hint: 'Try again with another seed or wording, or without one of the inputs.',
  },
  'key-missing': {
    status: 422,
    title: 'The engine needs a key',
    hint: 'Add the key on the page Engines.',
  },
  'key-refused': {
    status: 502,
    title: 'The engine does not accept the key',
    hint: 'Check the key on the page Engines, and that it may use this model.',
  },
  'no-credit': {
    status: 402,
    title: 'There is no credit left at the engine',
    hint: 'Add credit in your account at the service, then try again.',
  },
  'rate-limited': {
    status: 429,
    title: 'The engine has too many requests from this account',
    hint: 'Wait a little, then try again.',
  },
  'engine-unreachable': {
    status: 503,
    title: 'The engine cannot be reached',
    hint: 'Check that it runs and that its address on the page Engines is right.',
  },
  'engine-failed': {
    status: 502,
    title: 'The engine reported a failure of its own',
    hint: 'Try again; if it fails again, choose another model or engine.',
  },
  'request-rejected': {
    status: 422,
    title: 'The engine did not accept the request',
    hint: 'Choose another model, size or setting.',
  },
  'unknown-model': {
    status: 422,
    title: 'The engine has no such model',
    hint: 'Test the engine on the page Engines to see its models, then choose one.',
  },
  'workflow-not-runnable': {
    status: 422,
    title: 'The workflow cannot run on this server',
    hint: 'Install what is missing, or choose another workflow.',
  },
  'remote-job-lost': {
    status: 502,
    title: 'The engine lost the job',
    hint: 'Try again. If it was charged, the account at the service shows it.',
  },
  'outcome-unknown': {
    status: 503,
    title: 'Diorama stopped while a paid request was on its way',
    hint: 'It may have been charged, and was not sent again by itself. Try again when you want to.',
  },
  'budget-reached': {
    status: 409,
    title: 'The budget does not allow this image',
    hint: 'Raise the budget on the page Engines, or choose a cheaper model or a smaller size.',
  },
  'address-not-allowed': {
    status: 422,
    title: 'The address may not be called',
    hint: 'Use a public https address, or allow private addresses for this server on the page Engines.',
  },
  canceled: { status: 409, title: 'Canceled', hint: 'Start it again when you want it.' },
  network: {
    status: 503,
    title: 'The server cannot be reached',
    hint: 'Check that Diorama is running, then try again.',
  },
  'invalid-response': {
    status: 502,
    title: 'The answer was not understood',
    hint: 'The page and the server may be of different versions. Reload the page.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    hint: 'Try again. The log has the details under the request id.',
  },
} as const satisfies Record<string, { status: number; title: string; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** The one error class that crosses package boundaries. */
export class DioramaError extends Error {
  override readonly name = 'DioramaError';
  readonly code: ErrorCode;
  readonly hint: string;
  /** Facts for programs (field names, limits, missing files). Never secrets, paths or prompts. */
  readonly details: Readonly<Record<string, unknown>>;

  /**
   * @param code One of `ERRORS`.
   * @param message What happened, in one sentence for the person who sees it.
   */
  constructor(
    code: ErrorCode,
    message: string = ERRORS[code].title,
    options: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? ERRORS[code].hint;
    this.details = options.details ?? {};
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

/** Turns anything thrown into a `DioramaError`; what is not one of ours becomes `fallback` without its text. */
export function toDioramaError(thrown: unknown, fallback: ErrorCode = 'internal'): DioramaError {
  if (thrown instanceof DioramaError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new DioramaError('canceled', undefined, { cause: thrown });
  return new DioramaError(fallback, undefined, { cause: thrown });
}
