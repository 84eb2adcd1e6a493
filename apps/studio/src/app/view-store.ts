import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type SideTab = 'generate' | 'history' | 'community';
export type Tool = 'select' | 'translate' | 'rotate' | 'scale';

/** What the middle of the window shows. */
export type Stage =
  | { readonly kind: 'viewport' }
  | { readonly kind: 'generation'; readonly id: string; readonly output: number }
  /** A generation whose files are still on their way to the server; see `submissions`. */
  | { readonly kind: 'submission'; readonly key: string };

interface ViewState {
  readonly stage: Stage;
  readonly tab: SideTab;
  readonly tool: Tool;
  readonly gridVisible: boolean;
  readonly leftOpen: boolean;
  readonly rightOpen: boolean;
  readonly helpOpen: boolean;
}

/** What is open and switched on in the window. Choices that a person expects to find again survive a reload. */
export const useView = create<ViewState>()(
  persist(
    (): ViewState => ({
      stage: { kind: 'viewport' },
      tab: 'generate',
      tool: 'select',
      gridVisible: true,
      leftOpen: true,
      rightOpen: true,
      helpOpen: false,
    }),
    {
      name: 'diorama-view',
      version: 1,
      partialize: ({ tab, gridVisible, leftOpen, rightOpen }) => ({ tab, gridVisible, leftOpen, rightOpen }),
    },
  ),
);

export function showViewport(): void {
  useView.setState({ stage: { kind: 'viewport' } });
}

export function showGeneration(id: string, output = 0): void {
  useView.setState({ stage: { kind: 'generation', id, output } });
}

export function showSubmission(key: string): void {
  useView.setState({ stage: { kind: 'submission', key } });
}
