import { byNames, placeOf } from '../names.ts';
import { type Format, mostly } from './format.ts';

const symbol = /^([^_]+?)(?:_(?:M|H|D|W|MN)\w*)?_\d{12}_\d{12}/;
const SERVER_NOTE =
  "MetaTrader writes its server's time, which the file does not name: read as UTC unless corrected. Many servers run at America/New_York+07:00.";

/**
 * Bars `<DATE> <TIME> <OPEN> <HIGH> <LOW> <CLOSE> <TICKVOL> <VOL> <SPREAD>`, divided by tabs; bars of a day or more have no `<TIME>`. Prices are
 * those of the bid, times the starts of the bars. `<VOL>` is 0 where the market reports no volume: then `<TICKVOL>` is read.
 * @source metatrader5.com, help, "Custom financial instruments"; mql5.com/en/articles/3540
 */
export const metaTraderBars: Format = {
  name: 'MetaTrader 5 bars',
  symbol,
  find(head) {
    if (!head.titles[0]?.startsWith('<') || placeOf(head, ['open']) === undefined) return undefined;
    const { volume: _either, ...places } = byNames(head);
    const [real, ticks] = [placeOf(head, ['vol']), placeOf(head, ['tickvol'])];
    const reported = real !== undefined && !mostly(head.rows, (cells) => !(Number(cells[real]) > 0));
    const volume = reported ? real : (ticks ?? real);
    const notes = [SERVER_NOTE];
    if (!reported && ticks !== undefined) notes.push('Volume counts ticks: the first rows have no traded volume.');
    return { places: volume === undefined ? places : { ...places, volume }, time: 'ymd', stamp: 'open', notes };
  },
};

/**
 * Ticks `<DATE> <TIME> <BID> <ASK> <LAST> <VOLUME> <FLAGS>`, divided by tabs; an empty cell has not changed. They are read as quotes, and as
 * trades at the last price where there is neither bid nor ask.
 * @source mql5.com/en/book/applications/timeseries/timeseries_ticks_mqltick
 */
export const metaTraderTicks: Format = {
  name: 'MetaTrader 5 ticks',
  symbol,
  find(head) {
    if (!head.titles[0]?.startsWith('<') || placeOf(head, ['bid']) === undefined) return undefined;
    const { ts, clock, bid, ask, price, size } = byNames(head);
    if (ts === undefined || clock === undefined || bid === undefined || ask === undefined) return undefined;
    const silent = mostly(head.rows, (cells) => !(Number(cells[bid]) > 0 || Number(cells[ask]) > 0));
    const trades = silent && price !== undefined && size !== undefined;
    return {
      places: trades ? { ts, clock, price, size } : { ts, clock, bid, ask },
      time: 'ymd',
      carry: !trades,
      notes: [SERVER_NOTE],
    };
  },
};
