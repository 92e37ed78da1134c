import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  optimizeDeps: {
    // what only workers need would be found after the page has opened, which would load it twice
    include: [
      'decimal.js',
      'zod',
      '@noble/hashes/sha2.js',
      '@noble/hashes/utils.js',
      'apache-arrow',
      'fflate',
      'hyparquet',
      'hyparquet/src/column.js',
      'hyparquet/src/convert.js',
      'hyparquet-writer',
      'idb',
      'lz4js',
    ],
    // finds its WebAssembly beside itself
    exclude: ['@sqlite.org/sqlite-wasm'],
  },
  build: { target: 'es2023', chunkSizeWarningLimit: 1000 },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    maxWorkers: '100%',
  },
});
