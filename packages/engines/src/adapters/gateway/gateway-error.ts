import type { DioramaError } from '@diorama/contracts';
import type { HttpFailure } from '../../kit/http/http.ts';
import { readUsualError, saying, serviceWords } from '../shared/service-words.ts';

/** What an error answer of the gateway means; null leaves it to the status. */
export function readGatewayError(failure: HttpFailure): DioramaError | null {
  const words = serviceWords(failure);
  switch (words.type) {
    case 'authentication_error':
      return saying('key-refused', 'AI Gateway does not accept the key.', words);
    case 'insufficient_funds':
      return saying('no-credit', 'There is no credit left at AI Gateway.', words);
    case 'model_not_found':
      return saying('unknown-model', 'AI Gateway has no such model.', words);
    case 'forbidden':
      return saying('request-rejected', 'A rule of the account at AI Gateway forbids the request.', words, {
        hint: 'Look at the routing rules in the account, or choose another model.',
      });
    case 'failed_dependency':
      return saying('engine-failed', 'Every provider of the model failed behind AI Gateway.', words);
    default:
      return readUsualError(failure, 'AI Gateway');
  }
}
