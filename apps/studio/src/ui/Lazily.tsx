import { Button } from '@mantine/core';
import { Component, type ReactNode, Suspense } from 'react';
import { EmptyNote } from './EmptyNote.tsx';
import { IconAlertTriangle } from './icons.ts';
import classes from './Lazily.module.css';

/**
 * A part of the page whose code is fetched when it is first shown. When that fails (the server is away, or was updated
 * under the open page) or the part itself breaks, only this part is gone, and says what to do; the work in the rest of
 * the page stays.
 */
export function Lazily({ children }: { readonly children: ReactNode }) {
  return (
    <Boundary>
      <Suspense fallback={null}>{children}</Suspense>
    </Boundary>
  );
}

class Boundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className={classes.failed} role="alert">
        <EmptyNote
          icon={<IconAlertTriangle size={20} />}
          title="This part of the page could not be shown"
          action={
            <Button variant="filled" onClick={() => location.reload()}>
              Reload the page
            </Button>
          }
        >
          Diorama may have been updated while the page was open. Scene, prompt and settings are kept.
        </EmptyNote>
      </div>
    );
  }
}
