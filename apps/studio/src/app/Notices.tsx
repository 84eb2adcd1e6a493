import { Notifications } from '@mantine/notifications';
import { usePageRoute } from './page-route.ts';

/** Where it says what happened: over the picture, and on pages below, where neither searches nor first rows are. */
export function Notices() {
  const isOnPage = usePageRoute((state) => state.route !== null);
  return (
    <Notifications
      zIndex={400}
      position={isOnPage ? 'bottom-center' : 'top-center'}
      limit={3}
      autoClose={6000}
      containerWidth={400}
    />
  );
}
