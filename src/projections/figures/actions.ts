import { EVENT_TYPES, type EventType } from '../event-types.ts';
import { figuresOf, known, NEEDS_JOURNAL, unknown } from './figure.ts';

const idOf = (type: EventType): string => `action-${type.replaceAll('_', '-')}`;

const labelOf = (type: EventType): string => {
  const words = type.replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
};

/** How often each thing was done to a position, one figure each `event_type` of S0's table. */
export const actions = figuresOf(
  'Actions',
  EVENT_TYPES.map((type) => ({
    id: idOf(type),
    label: labelOf(type),
    unit: 'count' as const,
    formula: `count of rows of position_events with event_type ${type}`,
    convention: 'each fill, and each move of a stop or target, is one',
    source: 'S0, S1',
    reckon: ({ journal }) => (journal ? known(journal.actions.get(type) ?? 0) : unknown(NEEDS_JOURNAL)),
  })),
);
