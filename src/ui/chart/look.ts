import {
  type ChartOptions,
  ColorType,
  CrosshairMode,
  type DeepPartial,
  LineStyle,
  TickMarkType,
  type Time,
} from 'lightweight-charts';
import type { Milliseconds } from '../../domain/time.ts';
import { type Theme, fade } from './theme.ts';
import type { ZoneTexts } from './times.ts';

/** What never changes. The attribution stands beside the chart: the library's own logo would cover bars. */
export const BASE: DeepPartial<ChartOptions> = {
  autoSize: true,
  layout: { attributionLogo: false, fontSize: 11 },
  crosshair: { mode: CrosshairMode.Normal },
  timeScale: { timeVisible: true, barSpacing: 8, rightOffsetPixels: 200, minBarSpacing: 0.5 },
  rightPriceScale: { scaleMargins: { top: 0.1, bottom: 0.06 }, minimumWidth: 66, borderVisible: false },
  leftPriceScale: { minimumWidth: 42, borderVisible: false },
};

export function colorLook(theme: Theme): DeepPartial<ChartOptions> {
  const hair = { color: fade(theme.line, 0.55) };
  const cross = {
    color: fade(theme.muted, 0.6),
    style: LineStyle.SparseDotted,
    labelBackgroundColor: theme.dark ? theme.line : theme.muted,
  };
  return {
    layout: {
      background: { type: ColorType.Solid, color: theme.panel },
      textColor: theme.muted,
      fontFamily: theme.font,
      panes: { separatorColor: theme.line, separatorHoverColor: fade(theme.muted, 0.25) },
    },
    grid: { vertLines: hair, horzLines: hair },
    crosshair: { vertLine: cross, horzLine: cross },
    timeScale: { borderColor: theme.line },
  };
}

/**
 * Times in the exchange's zone; the bars' own times stay UTC. The library marks days at UTC midnight: the words say what is true in the zone.
 * @param startsDay true for the first bar of a local day
 */
export function axisLook(
  texts: ZoneTexts,
  intervalMs: () => Milliseconds,
  startsDay: (ts: Milliseconds) => boolean,
): DeepPartial<ChartOptions> {
  return {
    localization: { timeFormatter: (time: Time) => texts.full(millis(time), intervalMs()) },
    timeScale: {
      tickMarkFormatter: (time: Time, type: TickMarkType) => {
        const ts = millis(time);
        const within = intervalMs() < DAY;
        if (within && !startsDay(ts)) return type === TickMarkType.TimeWithSeconds ? texts.seconds(ts) : texts.time(ts);
        if (within || type === TickMarkType.DayOfMonth) return texts.day(ts);
        return type === TickMarkType.Year ? texts.year(ts) : texts.month(ts);
      },
    },
  };
}

const DAY = 86_400_000;
const millis = (time: Time): Milliseconds => Number(time) * 1000;
