/*
 * A file of each kind, to the layout that its reader describes: made up, and clean. What is done in them is alike where the layout allows it:
 * a long in two steps, sold in two, and a short.
 */

export const GENERIC = `ts,symbol,side,quantity,price,fee,multiplier
1709546400000,ES,buy,1,5100.25,2.1,50
1709548200000,ES,buy,1,5098.25,2.1,50
1709550000000,ES,sell,2,5104.25,4.2,50
`;

export const TRADINGVIEW_OLD = `Trade #,Type,Signal,Date/Time,Price USD,Contracts,Profit USD,Profit %,Cum. Profit USD,Cum. Profit %,Run-up USD,Run-up %,Drawdown USD,Drawdown %
1,Entry Long,RsiLE,2024-03-04 10:00,2100.50,1,,,,,,,,
1,Exit Long,RsiSE,2024-03-05 14:00,2113.00,1,12.5,0.6,12.5,0.13,15,0.7,3,0.1
2,Entry Short,RsiSE,2024-03-05 14:00,2113.00,2,,,,,,,,
2,Exit Short,RsiLE,2024-03-06 09:00,"2,120.50",2,-15,-0.35,-2.5,-0.02,2,0.1,9,0.4
3,Entry Long,RsiLE,2024-03-06 09:00,2120.50,1,,,,,,,,
3,Exit Long,Open,,,,,,,,,,,
`;

const TRADINGVIEW_2025_NAMES =
  'Trade #,Type,Date and time,Signal,Price USDT,Position size (qty),Position size (value),Net P&L USDT,Net P&L %,Run-up USDT,Run-up %,Drawdown USDT,Drawdown %,Cumulative P&L USDT,Cumulative P&L %';

/** Newest first, each exit before its entry; trades 2 and 3 are one entry that left in two steps. */
export const TRADINGVIEW_2025 = `\ufeff${TRADINGVIEW_2025_NAMES}
4,Exit short,2024-02-02 10:00,Open,99.5,1,99.5,0.5,0.5,1,1,-1,-1,7.5,0.75
4,Entry short,2024-02-02 09:30,Short,100,1,100,0.5,0.5,1,1,-1,-1,7.5,0.75
3,Exit long,2024-02-01 12:40,L_TP2,103.0,1,100,3,3,4,4,-1,-1,7,0.7
3,Entry long,2024-02-01 12:00,Long,100.0,1,100,3,3,4,4,-1,-1,7,0.7
2,Exit long,2024-02-01 12:20,L_TP1,102.0,1,100,2,2,4,4,-1,-1,4,0.4
2,Entry long,2024-02-01 12:00,Long,100.0,1,100,2,2,4,4,-1,-1,4,0.4
1,Exit long,2024-01-31 10:00,Trail,12.46,5,60.05,2.25,3.75,4,4,−5,−5,2,0.2
1,Entry long,2024-01-30 10:00,Long,12.01,5,60.05,2.25,3.75,4,4,−5,−5,2,0.2
`;

/** As 2025, with the names of 2026, in a language that writes decimals with commas. */
export const TRADINGVIEW_2026 = `Trade number;Type;Date and time;Signal;Price EUR;Size (qty);Size (value);Net PnL EUR;Return %;Commission EUR;Cumulative PnL EUR
1;Exit long;2024-03-05 14:00;Close;2.113,00;0,5;1056,5;25,00;0,6;0,1;25,00
1;Entry long;2024-03-04 10:00;Long;2.100,50;0,5;1050,25;25,00;0,6;0,1;25,00
`;

export const NINJATRADER_US = `Instrument,Action,Quantity,Price,Time,ID,E/X,Position,Order ID,Name,Commission,Rate,Account,Connection,
MNQ 12-26,Sell,1,21012.75,9/16/2026 3:39:40 PM,x3,Exit,-,o3,Stop1,$0.62,1,Sim101,Playback,
MNQ 12-26,Sell,2,"21,010.25",9/16/2026 3:35:00 PM,x2,Exit,1 L,o2,Target1,$1.24,1,Sim101,Playback,
MNQ 12-26,Buy,3,21000.25,9/16/2026 3:31:02 PM,x1,Entry,3 L,o1,Entry,$1.86,1,Sim101,Playback,
`;

export const NINJATRADER_EU = `Instrument;Action;Quantity;Price;Time;ID;E/X;Position;Order ID;Name;Commission;Rate;Account display name;Connection;
MES JUN26;SellShort;1;7200,75;27/04/2026 6:05:02;a1;Entry;1 S;b1;Entry;0,62 $;1;Playback101;Playback;
MES JUN26;BuyToCover;1;7198,25;27/04/2026 6:10:02;a2;Exit;-;b2;Stop1;0,62 $;1;Playback101;Playback;
`;

export const MT5 = `Time,Deal,Symbol,Type,Direction,Volume,Price,Order,Commission,Fee,Swap,Profit,Balance,Comment
2026.01.01 00:00:00,1,,balance,,,,,0.00,0.00,0.00,10 000.00,10 000.00,
2026.01.01 10:15:00,2,XAUUSD,buy,in,0.04,4 101.093,11,-0.20,0.00,0.00,0.00,9 999.80,
2026.01.01 11:15:00,3,XAUUSD,sell,in/out,0.10,4 111.093,12,-0.50,-0.05,-1.20,40.00,10 038.05,
2026.01.01 12:00:00,4,XAUUSD,buy,out,0.06,4 100.093,13,-0.30,0.00,0.00,66.00,10 103.75,[tp 4100.09]
`;

/** The same deals inside of a report, after its positions, with the sums below. */
export const MT5_REPORT = `Trade History Report,,,,,,,,,,,,,
Account:,,,12345 (USD),,,,,,,,,,
Positions,,,,,,,,,,,,,
Time,Position,Symbol,Type,Volume,Price,S / L,T / P,Time,Price,Commission,Swap,Profit,
2026.01.01 10:15:00,2,XAUUSD,buy,0.04,4 101.093,,,2026.01.01 11:15:00,4 111.093,-0.20,-1.20,40.00,
Orders,,,,,,,,,,,,,
Open Time,Order,Symbol,Type,Volume,Price,S / L,T / P,Time,State,,Comment,,
2026.01.01 10:15:00,11,XAUUSD,buy,0.04 / 0.04,market,,,2026.01.01 10:15:00,filled,,,,
Deals,,,,,,,,,,,,,
${MT5.trimEnd()}
,,,,,,,,-1.00,-0.05,-1.20,106.00,10 103.75,
Results,,,,,,,,,,,,,
Total Net Profit:,,,103.75,Gross Profit:,,,106.00,,,,,,
`;

const order = (ts: number | null, entry: boolean, side: string, amount: number, price: number) => ({
  amount,
  safe_price: price,
  ft_order_side: side,
  order_filled_timestamp: ts,
  ft_is_entry: entry,
});

const SOME_TRADE = {
  pair: 'BTC/USDT',
  stake_amount: 100,
  amount: 0.3,
  open_date: '2018-01-29 18:40:00+00:00',
  close_date: '2018-01-29 22:35:00+00:00',
  open_rate: 100,
  close_rate: 110,
  fee_open: 0.001,
  fee_close: 0.001,
  trade_duration: 235,
  profit_ratio: 0.09,
  profit_abs: 2.9,
  exit_reason: 'roi',
  is_open: false,
  enter_tag: null,
  leverage: 1,
  is_short: false,
  open_timestamp: 1517251200000,
  close_timestamp: 1517265300000,
  funding_fees: 0,
};

/** Trades of a backtest: a long in two steps whose doubles do not sum up, a short with funding, and one without orders as older versions have it. */
export const FREQTRADE_TRADES = [
  {
    ...SOME_TRADE,
    orders: [
      order(1517251200000, true, 'buy', 0.1, 100),
      order(1517252000000, true, 'buy', 0.2, 99.5),
      order(null, true, 'buy', 0.2, 98),
      order(1517265300000, false, 'sell', 0.1 + 0.2, 110),
    ],
  },
  {
    ...SOME_TRADE,
    pair: 'ETH/USDT:USDT',
    is_short: true,
    funding_fees: -0.25,
    orders: [order(1517251500000, true, 'sell', 2, 50), order(1517265600000, false, 'buy', 2, 48)],
  },
  { ...SOME_TRADE, pair: 'XMR/BTC', orders: undefined, open_timestamp: undefined, close_timestamp: undefined },
];

export const freqtrade = (trades: readonly unknown[], name = 'Strategy'): string =>
  JSON.stringify({ strategy: { [name]: { trades, locks: [] } }, strategy_comparison: [] });

/** Every kind of file by a name that its program gives it. */
export const FIXTURES: Readonly<Record<string, { name: string; content: string; rows: number }>> = {
  generic: { name: 'fills.csv', content: GENERIC, rows: 3 },
  'TradingView to 2024': { name: 'Rsi_BINANCE_ETHUSDT_2024-03-07.csv', content: TRADINGVIEW_OLD, rows: 5 },
  'TradingView of 2025': { name: 'My_plan_CME_MINI_NQ1!_2024-02-03_6f55a.csv', content: TRADINGVIEW_2025, rows: 7 },
  'TradingView of 2026': { name: 'trades.csv', content: TRADINGVIEW_2026, rows: 2 },
  'NinjaTrader in English': { name: 'NinjaTrader Grid 2026-09-16.csv', content: NINJATRADER_US, rows: 3 },
  'NinjaTrader in French': { name: 'executions.csv', content: NINJATRADER_EU, rows: 2 },
  'MetaTrader 5': { name: 'deals.csv', content: MT5, rows: 3 },
  'MetaTrader 5 in tabs': { name: 'deals.txt', content: MT5.replaceAll(',', '\t'), rows: 3 },
  'MetaTrader 5 report': { name: 'ReportHistory-12345.csv', content: MT5_REPORT, rows: 3 },
  freqtrade: { name: 'backtest-result-2024-01-01.json', content: freqtrade(FREQTRADE_TRADES), rows: 7 },
};
