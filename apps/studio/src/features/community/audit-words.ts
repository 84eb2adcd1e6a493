/** "Post hidden:" for `post-hidden`. The list of actions grows with the server; each is a word and its object. */
export function actionInWords(action: string): string {
  const words = action.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}:`;
}
