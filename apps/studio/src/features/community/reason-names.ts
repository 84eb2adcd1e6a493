import type { Report } from '@diorama/contracts';

export const REASON_NAMES: Readonly<Record<Report['reason'], string>> = {
  spam: 'Spam or advertising',
  'not-theirs': 'It is not theirs to share',
  offensive: 'Offensive or hateful',
  illegal: 'Against the law',
  other: 'Something else',
};
