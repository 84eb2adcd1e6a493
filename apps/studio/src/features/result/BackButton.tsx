import { Button } from '@mantine/core';
import { showViewport } from '../../app/view-store.ts';
import { IconArrowLeft } from '../../ui/icons.ts';
import classes from './ResultView.module.css';

export function BackButton() {
  return (
    <Button
      variant="subtle"
      color="gray"
      className={classes.back ?? ''}
      title="Back to 3D"
      leftSection={<IconArrowLeft size={16} />}
      onClick={showViewport}
    >
      Back to 3D
    </Button>
  );
}
