import { ERRORS, type HistoryCard } from '@diorama/contracts';
import { failureInShort } from '../result/failure-advice.ts';

/** What an entry is called: its prompt, where it has one. */
export function titleOfCard({ prompt }: Pick<HistoryCard, 'prompt'>): string {
  return prompt.trim() || 'Without a prompt';
}

/** Why it has no picture, in two or three words. */
export function reasonOfCard({ errorCode }: Pick<HistoryCard, 'errorCode'>): string {
  return errorCode ? failureInShort({ code: errorCode, message: ERRORS[errorCode].title }) : 'Failed';
}

/** What became of it, in a word or two. */
export function statusOfCard(card: Pick<HistoryCard, 'status' | 'fraction'>): string {
  switch (card.status) {
    case 'queued':
      return 'Waiting';
    case 'running':
      return `${Math.round(card.fraction * 100)} %`;
    case 'succeeded':
      return 'Done';
    case 'failed':
      return 'Failed';
    case 'canceled':
      return 'Canceled';
  }
}

/** All that a card says by its looks, for those who cannot see it. */
export function labelOfCard(card: HistoryCard, isSelected: boolean): string {
  const title = titleOfCard(card);
  const state =
    card.status === 'succeeded'
      ? title
      : `${statusOfCard(card)}${card.status === 'failed' ? `, ${reasonOfCard(card)}` : ''}: ${title}`;
  return [state, card.favorite && 'starred', card.rejected && 'rejected', isSelected && 'selected']
    .filter(Boolean)
    .join(', ');
}
