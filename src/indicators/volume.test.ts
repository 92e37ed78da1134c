import { describe, expect, it } from 'vitest';
import { VolumeMean } from './volume.ts';

describe('VolumeMean', () => {
  it('is unknown until there are five bars, then the mean of the last five', () => {
    const mean = new VolumeMean();
    expect([10, 20, 30, 40].map((volume) => mean.update(volume))).toEqual([NaN, NaN, NaN, NaN]);
    expect([50, 60, 0, 0, 0, 0, 0].map((volume) => mean.update(volume))).toEqual([30, 40, 36, 30, 22, 12, 0]);
  });

  it('forgets a huge bar entirely once it has left the window', () => {
    const mean = new VolumeMean();
    for (const volume of [1e15, 0.1, 0.1, 0.1, 0.1, 0.1]) mean.update(volume);
    expect(mean.value).toBe((0.1 + 0.1 + 0.1 + 0.1 + 0.1) / 5);
  });

  it('goes on the same from a structural copy of its fields', () => {
    const original = new VolumeMean();
    for (const volume of [1, 2, 3]) original.update(volume);
    const copy = Object.assign(new VolumeMean(), structuredClone({ ...original }));
    for (const volume of [4, 5, 6, 7]) expect(copy.update(volume)).toBe(original.update(volume));
    expect(copy.value).toBe(5);
  });
});
