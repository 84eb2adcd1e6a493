import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the API; the built studio is served by the server itself. */
const API_ORIGIN = process.env.DIORAMA_API_ORIGIN ?? 'http://127.0.0.1:4270';

/** The server answers other origins with 403, and behind this proxy the page is another origin. */
const proxied = {
  target: API_ORIGIN,
  changeOrigin: true,
  headers: { origin: API_ORIGIN },
};

export default defineConfig({
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': proxied, '/samples': proxied, '/guide': proxied },
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // The strict content security policy has no room for data: modules or inline workers.
    assetsInlineLimit: 0,
    // three alone is larger than the default limit; the report still lists every chunk.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'three', test: /node_modules[\\/]three[\\/]/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'interface', test: /node_modules[\\/](@mantine|@floating-ui|@tanstack|zod)[\\/]/ },
          ],
        },
      },
    },
  },
});
