import { defineConfig } from 'vite';
import { integrity } from './build/integrity.ts';

export default defineConfig({
  // The page may lie in any folder of any host.
  base: './',
  plugins: [integrity()],
  build: {
    target: 'es2022',
    // Every script has its digest in the page: so there is one, and the worker's.
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: false } },
  },
  worker: {
    format: 'es',
    rolldownOptions: { output: { codeSplitting: false } },
  },
  preview: { host: '127.0.0.1', port: 4173, strictPort: true, cors: false },
});
