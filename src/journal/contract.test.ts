import { describe, expect, it } from 'vitest';
import { contract } from './contract.ts';
import type { Store } from './store.ts';
import { storeInMemory } from './testing.ts';

describe('a store on SQLite in memory', () => {
  it.each(contract)('$title', async ({ check }) => {
    const { db } = await storeInMemory();
    const open = async (): Promise<Store> => {
      const { store } = await storeInMemory(db);
      // the database is gone with its last connection
      store.close = () => Promise.resolve();
      return store;
    };
    await expect(check(open)).resolves.toBeUndefined();
  });
});
