import { create } from 'zustand';

/** Whether the list of projects is open. */
export const useProjectsShown = create<{ readonly isShown: boolean }>(() => ({ isShown: false }));

export function showProjects(): void {
  useProjectsShown.setState({ isShown: true });
}

export function hideProjects(): void {
  useProjectsShown.setState({ isShown: false });
}
