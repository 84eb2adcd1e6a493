import {
  IconAlertTriangle,
  IconClock,
  IconCoin,
  IconFileAlert,
  IconHelpCircle,
  IconHourglass,
  IconKey,
  IconPhotoOff,
  IconPlugOff,
  IconSettings,
  IconShieldX,
  IconUnlink,
  IconWallet,
} from '../../ui/icons.ts';
import type { FailureKind } from './failure-advice.ts';

const ICONS: Readonly<Record<FailureKind, typeof IconKey>> = {
  refused: IconShieldX,
  withheld: IconPhotoOff,
  key: IconKey,
  credit: IconCoin,
  wait: IconHourglass,
  unreachable: IconPlugOff,
  'time-out': IconClock,
  'bad-answer': IconFileAlert,
  lost: IconUnlink,
  'unknown-outcome': IconHelpCircle,
  budget: IconWallet,
  settings: IconSettings,
  other: IconAlertTriangle,
};

export function FailureIcon({ kind, size }: { readonly kind: FailureKind; readonly size: number }) {
  const Icon = ICONS[kind];
  return <Icon size={size} aria-hidden="true" />;
}
