import { FullPage } from '../../ui/FullPage.tsx';

export function HistoryPage() {
  return <FullPage title="History">{null}</FullPage>;
}
