import { FullPage } from '../../ui/FullPage.tsx';

export function AccountPage() {
  return <FullPage title="Account">{null}</FullPage>;
}
