/** Above pages over the workspace, below notices. */
export const DIALOG_LAYER = 300;
