import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  // what only the worker needs would be found after the page has opened, which would load it twice
  optimizeDeps: { include: ['decimal.js', 'zod'] },
  build: { target: 'es2023', chunkSizeWarningLimit: 1000 },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    maxWorkers: '100%',
  },
});
