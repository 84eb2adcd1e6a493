import { FullPage } from '../../ui/FullPage.tsx';

export function CommunityPage() {
  return <FullPage title="Community">{null}</FullPage>;
}
