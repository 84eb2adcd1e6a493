/// <reference types="vite/client" />

declare module '@fontsource-variable/inter';

// The package's own entry lists six thousand files; single icons keep start-up and builds quick.
declare module '@tabler/icons-react/dist/esm/icons/*.mjs' {
  import type { Icon } from '@tabler/icons-react';

  const icon: Icon;
  export default icon;
}
