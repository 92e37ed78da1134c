import { type Decimal, dec, numberOf, ONE, text, ZERO } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import { enters } from '../domain/order.ts';
import { detailsOf, type Evidence, type MarketSense } from './figures/evidence.ts';
import { evidenceOf, recordOf } from './figures/from-journal.ts';
import { type Reading, readingsOf } from './figures/index.ts';

/*
 * Figures as OpenMetrics 1.0 text (https://prometheus.io/docs/specs/om/open_metrics_spec/), for Prometheus and its kin. The families that S4
 * names `mrben_position_…` are here with the prefix `ratchet_`.
 */

type Labels = readonly (readonly [name: string, value: string])[];

interface Sample {
  /** what stands behind the family's name: "_total", "_bucket" … */
  suffix: string;
  labels: Labels;
  value: string;
}

interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'histogram' | 'info';
  /** the last word of the name; '' for none */
  unit: string;
  help: string;
  samples: Sample[];
}

/** Text between quotes, and of a help line. */
const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const labelText = (labels: Labels): string =>
  labels.length === 0 ? '' : `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;

const familyText = ({ name, type, unit, help, samples }: Family): string =>
  [
    `# TYPE ${name} ${type}`,
    ...(unit === '' ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(({ suffix, labels, value }) => `${name}${suffix}${labelText(labels)} ${value}`),
  ]
    .map((line) => `${line}\n`)
    .join('');

/** Places of a gauge. */
const PLACES = 12;

const MS = 1_000;

/** A figure in base units: lengths of time in seconds. */
function gauges(readings: readonly Reading[]): Sample[] {
  return readings.flatMap(({ figure: { id, unit, group }, value }) => {
    if (value === null || group === 'Actions') return [];
    const inSeconds = unit === 'ms';
    return [
      {
        suffix: '',
        labels: [
          ['metric', id.replaceAll('-', '_')],
          ['unit', inSeconds ? 'seconds' : unit.toLowerCase()],
        ],
        value: text((inSeconds ? value.div(MS) : value).toDecimalPlaces(PLACES)),
      },
    ];
  });
}

/** Buckets that grow, each with those below it. One with bounds below 0 has no sum: it would not be a counter. */
function buckets(values: readonly Decimal[], bounds: readonly number[], labels: Labels): Sample[] {
  const numbers = values.map(numberOf);
  const bucket = (le: string, count: number): Sample => ({
    suffix: '_bucket',
    labels: [...labels, ['le', le]],
    value: String(count),
  });
  const signed = (bounds[0] ?? 0) < 0;
  const total = values.reduce((sum, value) => sum.plus(value), ZERO);
  return [
    ...bounds.map((bound) => bucket(leText(bound), numbers.filter((value) => value <= bound).length)),
    bucket('+Inf', values.length),
    ...(signed
      ? []
      : [
          { suffix: '_count', labels, value: String(values.length) },
          { suffix: '_sum', labels, value: text(total.toDecimalPlaces(PLACES)) },
        ]),
  ];
}

/** A bound as the format's canonical float: whole ones with their ".0". */
const leText = (bound: number): string => (Number.isInteger(bound) ? `${bound}.0` : String(bound));

const R_BOUNDS = [-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 5];
const SECONDS = [1, 10, 60, 300, 900, 3_600, 14_400, 86_400, 604_800];
const LOTS = [1, 10, 100, 1_000, 10_000, 100_000];
const TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Things by a name of theirs, the names in order. */
function byName<T>(things: readonly T[], nameOf: (thing: T) => string): [name: string, things: T[]][] {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const name = nameOf(thing);
    groups.set(name, [...(groups.get(name) ?? []), thing]);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What a journal says that is no figure: adjustments of positions by kind, how much they changed, and how sure their evidence was. */
function adjustments(journal: readonly JournalRecord[], evidence: Evidence): Family[] {
  const lots = new Map<string, Decimal>();
  const changes: { direction: 'up' | 'down'; lots: Decimal }[] = [];
  const confidences: { kind: string; confidence: Decimal }[] = [];
  for (const { event } of journal) {
    if (event.type === 'SessionStarted')
      for (const { instrument } of event.tapes) lots.set(instrument.symbol, dec(instrument.lot));
    else if (event.type === 'OrderFilled' && event.purpose !== 'entry') {
      const direction = enters(event.purpose) ? 'up' : 'down';
      changes.push({ direction, lots: dec(event.quantity).div(lots.get(event.symbol) ?? ONE) });
    } else if (event.type === 'ProposalOpened')
      confidences.push({ kind: event.proposal.kind, confidence: dec(event.proposal.confidence) });
  }
  const actions = [...(evidence.journal?.actions ?? [])].filter(([type]) => type !== 'entry');
  return [
    {
      name: 'ratchet_position_adjustment',
      type: 'counter',
      unit: '',
      help: 'What was done to open positions, by kind: fills that added or took, moves of stops and targets.',
      samples: actions.map(([type, count]) => ({ suffix: '_total', labels: [['type', type]], value: String(count) })),
    },
    {
      name: 'ratchet_position_adjustment_lot_change',
      type: 'histogram',
      unit: '',
      help: 'Lots by which a fill changed an open position.',
      samples: byName(changes, ({ direction }) => direction).flatMap(([direction, group]) =>
        buckets(
          group.map((change) => change.lots),
          LOTS,
          [['direction', direction]],
        ),
      ),
    },
    {
      name: 'ratchet_position_adjustment_confidence',
      type: 'histogram',
      unit: '',
      help: 'Share of the decidable criteria of a proposal that passed, by kind of action.',
      samples: byName(confidences, ({ kind }) => kind).flatMap(([kind, group]) =>
        buckets(
          group.map(({ confidence }) => confidence),
          TENTHS,
          [['kind', kind]],
        ),
      ),
    },
    {
      name: 'ratchet_proposal',
      type: 'counter',
      unit: '',
      help: 'Proposals by what became of them.',
      samples: byName(evidence.journal?.fates ?? [], ({ outcome }) => outcome).map(([outcome, group]) => ({
        suffix: '_total',
        labels: [['outcome', outcome]],
        value: String(group.length),
      })),
    },
  ];
}

function sessionInfo(journal: readonly JournalRecord[], policy: string): Family {
  const started = journal.flatMap(({ event }) => (event.type === 'SessionStarted' ? [event] : []));
  return {
    name: 'ratchet_session',
    type: 'info',
    unit: '',
    help: 'The session that the figures are of.',
    samples: started.map(({ engine, barPath, tapes }) => ({
      suffix: '_info',
      labels: [
        ['engine', engine],
        ['policy', policy],
        ['bar_path', barPath],
        ['symbols', tapes.map(({ instrument }) => instrument.symbol).join(',')],
      ],
      value: '1',
    })),
  };
}

function familiesOf(evidence: Evidence): Family[] {
  const { trades } = evidence;
  const held = detailsOf(evidence).map(({ heldMs }) => dec(heldMs).div(MS));
  const inRisk = trades.flatMap(({ r }) => r ?? []);
  return [
    {
      name: 'ratchet_position_metric',
      type: 'gauge',
      unit: '',
      help: 'Figures of closed positions and of what is open; one without enough data is left out.',
      samples: gauges(readingsOf(evidence)),
    },
    {
      name: 'ratchet_position_metric_distribution',
      type: 'histogram',
      unit: '',
      help: 'Closed positions by their net P&L in initial risk.',
      samples: buckets(inRisk, R_BOUNDS, [['metric', 'r']]),
    },
    ...(evidence.journal
      ? [
          {
            name: 'ratchet_position_hold_seconds',
            type: 'histogram' as const,
            unit: 'seconds',
            help: 'Closed positions by the market time from their first fill to their last.',
            samples: buckets(held, SECONDS, []),
          },
        ]
      : []),
  ];
}

const exposition = (families: readonly Family[]): string => `${families.map(familyText).join('')}# EOF\n`;

/** Figures of a list of trades as OpenMetrics text. */
export const metricsOfTrades = (evidence: Evidence): string => exposition(familiesOf(evidence));

/**
 * Figures of a session as OpenMetrics text: the same journal gives the same bytes.
 * @param market what only the tape tells
 * @throws RangeError where the journal does not begin with its session
 */
export function metricsText(journal: readonly JournalRecord[], market: MarketSense | null = null): string {
  const record = recordOf(journal);
  const evidence = evidenceOf(record, {}, market);
  return exposition([sessionInfo(journal, record.policy), ...familiesOf(evidence), ...adjustments(journal, evidence)]);
}
