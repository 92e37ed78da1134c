import { choiceKey, group, measureKey } from '../domain/keys.ts';
import { z } from 'zod';

const STRATEGIES = ['fixed', 'risk', 'min-of'] as const;

/** Keys of the size of an entry. */
export const sizing = group({
  strategy: choiceKey(STRATEGIES, 'min-of', { help: 'how the size of an entry is found', source: 'S0, S3' }),
  of: z
    .array(z.enum(['fixed', 'risk']))
    .min(1)
    .default(['risk', 'fixed'])
    .meta({ help: 'strategies of which min-of takes the least', source: 'S3', standard: ['risk', 'fixed'] }),
  fixed: measureKey('10%', { units: ['%'], least: 0, most: 1000, help: 'size as a share of equity', source: 'S3' }),
  risk: measureKey('1%', {
    units: ['%'],
    least: 0,
    most: 100,
    help: 'money at risk between entry and stop, as a share of equity',
    source: 'S0, S3',
  }),
  least: measureKey('0%', { units: ['%'], least: 0, most: 100, help: 'least size as a share of equity', source: 'S3' }),
  most: measureKey('10%', { units: ['%'], least: 0, most: 1000, help: 'largest size as a share of equity', source: 'S0, S3' }),
});

/** Keys of the first stop. */
export const initialStop = group({
  kind: choiceKey(['atr', 'percent'], 'atr', { help: 'how the first stop is found', source: 'S0, S3' }),
  atr: measureKey('1.5ATR', {
    units: ['ATR'],
    least: 0.01,
    most: 100,
    help: 'distance of the first stop',
    source: 'S0 1.0 to 2.0, S3 2.5',
  }),
  percent: measureKey('2%', {
    units: ['%'],
    least: 0.001,
    most: 99,
    help: 'distance of the first stop as a share of the entry price',
    source: 'S0',
  }),
});

/** Keys of the first target. */
export const target = group({
  kind: choiceKey(['none', 'reward'], 'none', {
    help: 'no target, or the greater of distance and reward:risk × risk',
    source: 'S3',
  }),
  distance: measureKey('0ATR', {
    units: ['ATR', '%'],
    least: 0,
    most: 1000,
    help: 'distance of the target',
    source: 'S3 5 ATR, S0 4 %',
  }),
  rewardRisk: measureKey('2', { units: ['plain'], least: 0, most: 100, help: 'least reward for one of risk', source: 'S3' }),
});
