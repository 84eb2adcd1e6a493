import type { ErrorCode, GenerationError, GenerationRequest, RetryOmission } from '@diorama/contracts';
import type { EnginesRoute } from '../engines/engines-route.ts';

/** Kinds of failure that a person does something different about; each has a sign of its own. */
export type FailureKind =
  | 'refused'
  | 'withheld'
  | 'key'
  | 'credit'
  | 'wait'
  | 'unreachable'
  | 'time-out'
  | 'bad-answer'
  | 'lost'
  | 'unknown-outcome'
  | 'budget'
  | 'settings'
  | 'other';

/** Making it again without something, to find out what was refused. */
export interface PartialRetry {
  readonly without: readonly RetryOmission[];
  readonly label: string;
  /** Picture to show on the button, because "Image 2" may be in another slot by now. */
  readonly asset: string | null;
}

export interface FailureAdvice {
  readonly kind: FailureKind;
  readonly title: string;
  /** What happened and what to do; one or two sentences. */
  readonly text: string;
  /** What to press first; null where the same request cannot help. */
  readonly retryLabel: string | null;
  readonly partialRetries: readonly PartialRetry[];
  readonly settings: { readonly label: string; readonly route: Partial<EnginesRoute> } | null;
  /** Milliseconds since the epoch before which the service wants no other try; null when it can be at once. */
  readonly retryAt: number | null;
}

const KINDS: Partial<Record<ErrorCode, FailureKind>> = {
  'content-refused': 'refused',
  'output-withheld': 'withheld',
  'key-missing': 'key',
  'key-refused': 'key',
  'no-credit': 'credit',
  'rate-limited': 'wait',
  'engine-unreachable': 'unreachable',
  'timed-out': 'time-out',
  'invalid-output': 'bad-answer',
  'remote-job-lost': 'lost',
  'outcome-unknown': 'unknown-outcome',
  'budget-reached': 'budget',
  'address-not-allowed': 'settings',
  'unknown-model': 'settings',
  'workflow-not-runnable': 'settings',
  'engine-unavailable': 'settings',
};

const TITLES: Readonly<Record<FailureKind, string>> = {
  refused: 'The engine refused the prompt or a picture',
  withheld: 'The engine made an image and withheld it',
  key: 'The engine does not accept the key',
  credit: 'There is no credit left at the engine',
  wait: 'The engine has too many requests',
  unreachable: 'The engine cannot be reached',
  'time-out': 'It took too long',
  'bad-answer': 'The engine sent something that is not a usable image',
  lost: 'The engine lost the job',
  'unknown-outcome': 'It is not known whether the image was made',
  budget: 'The budget does not allow this image',
  settings: 'The engine is not set up for this',
  other: 'The image could not be made',
};

export function failureKind(code: ErrorCode): FailureKind {
  return KINDS[code] ?? 'other';
}

/** For a card: what it was, in two or three words. */
export function failureInShort(error: Pick<GenerationError, 'code' | 'message'>): string {
  switch (failureKind(error.code)) {
    case 'refused':
      return 'Refused by the engine';
    case 'withheld':
      return 'Image withheld';
    case 'key':
      return error.code === 'key-missing' ? 'Key missing' : 'Key not accepted';
    case 'credit':
      return 'No credit left';
    case 'wait':
      return 'Too many requests';
    case 'unreachable':
      return 'Engine not reachable';
    case 'time-out':
      return 'Took too long';
    case 'bad-answer':
      return 'Unusable answer';
    case 'lost':
      return 'Job lost';
    case 'unknown-outcome':
      return 'Outcome unknown';
    case 'budget':
      return 'Budget reached';
    case 'settings':
    case 'other':
      return error.message;
  }
}

/** What happened, kept apart by what one does about it. */
export function failureAdvice(failure: {
  readonly error: GenerationError;
  readonly request: Pick<GenerationRequest, 'engine' | 'prompt' | 'negativePrompt' | 'canvas' | 'references'>;
  /** When it failed, ISO 8601. */
  readonly finishedAt: string | null | undefined;
}): FailureAdvice {
  const { error, request } = failure;
  const kind = failureKind(error.code);
  const title =
    kind === 'other' || kind === 'settings'
      ? error.message.replace(/\.$/, '')
      : error.code === 'key-missing'
        ? 'The engine needs a key'
        : TITLES[kind];
  const retryAt =
    error.retryAfterMs === undefined || !failure.finishedAt
      ? null
      : Date.parse(failure.finishedAt) + error.retryAfterMs;
  return {
    kind,
    title,
    text: textOf(kind, error, title),
    retryLabel: retryLabelOf(kind),
    partialRetries: kind === 'refused' || kind === 'withheld' ? partialRetries(error, request) : [],
    settings: settingsOf(kind, request.engine),
    retryAt,
  };
}

function textOf(kind: FailureKind, { message, hint }: GenerationError, title: string): string {
  if (kind === 'unknown-outcome')
    return 'Diorama stopped while the request was on its way, so the service may have made the image and charged for it. It was not sent again by itself. Trying again may cost the same once more; your account at the service shows whether the first one was charged.';
  if (kind === 'lost') return `The service no longer knows the job it had accepted. ${sentence(hint)}`;
  const said = message.replace(/\.$/, '') === title ? '' : sentence(message);
  return [said, sentence(hint)].filter(Boolean).join(' ');
}

const sentence = (text: string) => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);

function retryLabelOf(kind: FailureKind): string | null {
  switch (kind) {
    case 'refused':
    case 'budget':
    case 'key':
    case 'credit':
    case 'settings':
      return 'Try again unchanged';
    case 'unknown-outcome':
      return 'Try again anyway';
    default:
      return 'Retry';
  }
}

function settingsOf(kind: FailureKind, engine: string): FailureAdvice['settings'] {
  const route = { section: 'engines', connection: engine === 'builtin' ? null : engine } as const;
  switch (kind) {
    case 'key':
      return { label: 'Check the key', route };
    case 'unreachable':
      return { label: 'Check the address', route };
    case 'settings':
      return { label: 'Open its settings', route };
    case 'budget':
      return { label: 'Change the budget', route: { section: 'budget' } };
    default:
      return null;
  }
}

type Inputs = Parameters<typeof failureAdvice>[0]['request'];

/** One retry for each input that may be the cause: those that the service named, else all that there were. */
function partialRetries({ suspects }: GenerationError, request: Inputs): PartialRetry[] {
  const present: PartialRetry[] = [];
  const capture = request.canvas?.capture ?? null;
  if (request.canvas) present.push({ without: ['canvas'], label: 'Without the canvas', asset: capture });
  request.references.forEach(({ asset }, index) => {
    const omission = index === 0 ? 'reference-1' : 'reference-2';
    present.push({ without: [omission], label: `Without Image ${index + 2}`, asset });
  });
  if (request.negativePrompt.trim() !== '')
    present.push({ without: ['negative-prompt'], label: 'Without the negative prompt', asset: null });
  if (request.prompt.trim() !== '' && suspects?.includes('prompt'))
    present.push({ without: ['prompt'], label: 'Without the prompt', asset: null });
  const named = present.filter(({ without: [one] }) => one && suspects?.includes(one));
  const single = (named.length > 0 ? named : present).filter(({ without }) =>
    leavesSomething(request, without),
  );
  const pictures: RetryOmission[] = [
    ...(request.canvas ? (['canvas'] as const) : []),
    ...request.references.map((_, index) => (index === 0 ? 'reference-1' : 'reference-2') as RetryOmission),
  ];
  return pictures.length > 1 && leavesSomething(request, pictures)
    ? [...single, { without: pictures, label: 'With the prompt only', asset: null }]
    : single;
}

function leavesSomething(request: Inputs, without: readonly RetryOmission[]): boolean {
  const hasPrompt = request.prompt.trim() !== '' && !without.includes('prompt');
  const hasCanvas = request.canvas !== null && !without.includes('canvas');
  const references = request.references.filter(
    (_, index) => !without.includes(index === 0 ? 'reference-1' : 'reference-2'),
  );
  return hasPrompt || hasCanvas || references.length > 0;
}
