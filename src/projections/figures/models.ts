import { type Figure, figuresOf, unknown } from './figure.ts';

const scored = (
  id: string,
  label: string,
  unit: Figure['unit'],
  formula: string,
  target?: Figure['target'],
): Omit<Figure, 'group'> => ({
  id,
  label,
  unit,
  formula,
  convention:
    'predictions that were journaled, scored against what happened; what a model would decide is decided by rules until there is one',
  source: 'S0 KPIs',
  ...(target ? { target } : {}),
  reckon: () => unknown('no model has spoken'),
});

/** What models foretold against what came. */
export const models = figuresOf('Models', [
  scored('recovery-accuracy', 'Recovery accuracy', 'share', 'right predictions / predictions', {
    text: '> 60 %',
    bound: '0.6',
  }),
  scored('profit-potential-mae', 'Profit-potential error', 'share', 'mean of |foretold − realised further profit|', {
    text: '< 1 %',
    bound: '0.01',
    below: true,
  }),
  scored('calibration', 'Calibration error', 'share', 'mean of |foretold probability − observed frequency| over tenths'),
]);
