import { describe, expect, it } from 'vitest';
import { valueAt } from '../domain/document.ts';
import { ACTION_KINDS } from '../domain/proposal.ts';
import { policyKeys } from './explain.ts';
import { loadPreset, presets } from './load.ts';

/*
 * Every number of the five source documents that decides something, with the key of the preset that holds it; and every other number of
 * theirs, with what it is instead of a key. Quotes are the documents' own words; a heading stands for its section.
 */

type Written = string | number | boolean | readonly string[];
type Row = readonly [quote: string, preset: string, path: string, value: Written];

const S0: readonly Row[] = [
  ['Professional day traders **never average down**', 'intraday', 'averagingDown', 'forbidden'],
  ['Exceeds 1% risk per trade rule', 'intraday', 'sizing.risk', '1%'],
  ["'volume_drying': volume_current < (volume_entry * 0.5)", 'intraday', 'rules.early-exit.volume', '0.5'],
  ["'momentum_reversal': macd_crossed_against_position", 'intraday', 'rules.early-exit.momentum', true],
  ["'time_decay': minutes_held > 15 and profit_pct < 0", 'intraday', 'rules.early-exit.decay', '15m'],
  ["'time_decay': minutes_held > 15 and profit_pct < 0", 'intraday', 'rules.early-exit.when', 'losing'],
  ["'support_broken': price < key_support_level", 'intraday', 'rules.early-exit.level', true],
  ["'ml_prediction': recovery_probability < 0.30", 'intraday', 'rules.early-exit.recovery', '30%'],
  ['if profit_pct >= 1.0:  # +1R profit', 'intraday', 'rules.breakeven.trigger', '1R'],
  ['move_stop_to_breakeven()', 'intraday', 'rules.breakeven.buffer', '0%'],
  ['if profit_pct >= 1.5:  # +1.5R profit', 'intraday', 'rules.partial-exit.steps.0.at', '1.5R'],
  ['close_50_percent_of_position()', 'intraday', 'rules.partial-exit.steps.0.fraction', '50%'],
  ['close_50_percent_of_position()', 'intraday', 'rules.partial-exit.steps.0.of', 'remaining'],
  ['if profit_pct >= 2.0:  # +2R profit', 'intraday', 'rules.trailing-stop.activate', '2R'],
  ['activate_trailing_stop(distance=1.0 * ATR)', 'intraday', 'rules.trailing-stop.distance', '1ATR'],
  ["if current_time >= '15:45':  # 15 min before close", 'intraday', 'rules.session-flat.at', '15:45'],
  ["'currently_profitable': profit_pct >= 0.5,  # At least +0.5R", 'intraday', 'rules.scale-in.profit', '0.5R'],
  ["'volume_increasing': volume_current > volume_entry * 1.2", 'intraday', 'rules.scale-in.volume', '1.2'],
  ["'momentum_strong': macd > macd_signal and rsi > 50", 'intraday', 'rules.scale-in.macd', true],
  ["'momentum_strong': macd > macd_signal and rsi > 50", 'intraday', 'rules.scale-in.rsi', '50'],
  ["'breaking_resistance': price > resistance_level", 'intraday', 'rules.scale-in.resistance', true],
  ["'ml_confidence': continuation_probability > 0.70", 'intraday', 'rules.scale-in.continuation', '70%'],
  ['add_to_position(size=initial_size * 0.5)', 'intraday', 'rules.scale-in.size', '50%'],
  ['# Add 50% more to winning trade', 'intraday', 'rules.scale-in.size', '50%'],
  ['- Maximum 2x initial position size', 'intraday', 'limits.totalSize', '2'],
  ['Adjust stop-loss for entire position', 'intraday', 'rules.scale-in.after', 'tighter'],
  ['ATR-Based Stops (Volatility-Adjusted)', 'intraday', 'initialStop.kind', 'regime'],
  ['Low volatility: Tighter stops (1.0', 'intraday', 'initialStop.low', '1ATR'],
  ['High volatility: Wider stops (2.0', 'intraday', 'initialStop.high', '2ATR'],
  ['if vix < 15:  # Low volatility', 'intraday', 'initialStop.lowVix', '15'],
  ['stop_distance = 1.0 * atr', 'intraday', 'initialStop.low', '1ATR'],
  ['elif vix < 25:  # Normal volatility', 'intraday', 'initialStop.highVix', '25'],
  ['stop_distance = 1.5 * atr', 'intraday', 'initialStop.normal', '1.5ATR'],
  ['stop_distance = 2.0 * atr', 'intraday', 'initialStop.high', '2ATR'],
  ['stop_price = support * 0.995  # 0.5% below support', 'intraday', 'initialStop.beyond', '0.5%'],
  ['stop_price = resistance * 1.005  # 0.5% above resistance', 'intraday', 'rules.technical-stop.beyond', '0.5%'],
  ['Exit if no movement after 15-30 minutes.', 'intraday', 'rules.early-exit.decay', '15m'],
  ['Exit if no movement after 15-30 minutes.', 'intraday', 'rules.time-stop.after', '30m'],
  ['if minutes_held > 30 and profit_pct < 0.5', 'intraday', 'rules.time-stop.after', '30m'],
  ['if minutes_held > 30 and profit_pct < 0.5', 'intraday', 'rules.time-stop.profit', '0.5R'],
  ['if recovery_prob < 30', 'intraday', 'rules.early-exit.recovery', '30%'],
  ['if profit_potential < 0.5', 'intraday', 'rules.profit-potential.close', '0.5%'],
  ['elif profit_potential > 2.0', 'intraday', 'rules.profit-potential.trail', '2%'],
  ['if scale_in_prob > 70', 'intraday', 'rules.scale-in.continuation', '70%'],
  ['- Partial profit taking (50% at 1.5R)', 'intraday', 'rules.partial-exit.steps.0.at', '1.5R'],
  ['- Partial profit taking (50% at 1.5R)', 'intraday', 'rules.partial-exit.steps.0.fraction', '50%'],
  ['- Time-based exits (3:45 PM)', 'intraday', 'rules.session-flat.at', '15:45'],
  ['- Activate after +2R profit', 'intraday', 'rules.trailing-stop.activate', '2R'],
  ['- Trail at 1 ATR distance', 'intraday', 'rules.trailing-stop.distance', '1ATR'],
  ['max_position_size = account_equity * 0.10  # 10% max', 'intraday', 'limits.positionEquity', '10%'],
  ['max_position_size = account_equity * 0.10  # 10% max', 'intraday', 'sizing.most', '10%'],
  ['max_daily_loss = account_equity * 0.03  # 3% max daily loss', 'intraday', 'rules.daily-loss.limit', '3%'],
  ['close_all_positions()\n    disable_new_trades()', 'intraday', 'rules.daily-loss.positions', 'close'],
  ['# Maximum 2x initial position size', 'intraday', 'limits.totalSize', '2'],
  ['max_scale_ins = 1  # Can only scale in once', 'intraday', 'rules.scale-in.adds', 1],
  ['max_scale_ins = 1  # Can only scale in once', 'intraday', 'limits.tranches', 2],
  ['max_total_size = initial_size * 2.0', 'intraday', 'limits.totalSize', '2'],
  ['min_ml_confidence = 0.60  # 60% minimum', 'intraday', 'models.confidence', '60%'],
  ['# No new positions or scale-ins after 3:30 PM', 'intraday', 'limits.noEntriesFrom', '15:30'],
  ["if current_time >= '15:30'", 'intraday', 'limits.noEntriesFrom', '15:30'],
  ["if current_time >= '15:30'", 'intraday', 'limits.entryWindow', true],
  ['Entry: $100, Stop: $98, Target: $104', 'fixed', 'initialStop.kind', 'percent'],
  ['- Fixed stop-loss at $98 (always)', 'fixed', 'initialStop.percent', '2%'],
  ['Entry: $100, Stop: $98, Target: $104', 'fixed', 'target.kind', 'reward'],
  ['- Fixed target at $104 (always)', 'fixed', 'target.distance', '4%'],
  ['- Fixed target at $104 (always)', 'fixed', 'target.rewardRisk', '0'],
];

const S1: readonly Row[] = [
  ['every strategy cycle (~10-15 seconds)', 'active', 'evaluateEvery', '15s'],
  ['**Automated profit booking** at 15% and 25% profit levels', 'active', 'rules.partial-exit.steps.0.at', '15%'],
  ['**Automated profit booking** at 15% and 25% profit levels', 'active', 'rules.partial-exit.steps.1.at', '25%'],
  ['books 50% at 15%, 75% at 25%', 'active', 'rules.partial-exit.steps.0.fraction', '50%'],
  ['books 50% at 15%, 75% at 25%', 'active', 'rules.partial-exit.steps.1.fraction', '75%'],
  ['5%+ profit with strong market momentum', 'active', 'rules.scale-in.profit', '5%'],
  ['requires >100K volume for scaling decisions', 'active', 'rules.scale-in.dayVolume', '100000'],
  ['limits scaling to 25% of original position', 'active', 'rules.scale-in.size', '25%'],
  ['**Break-even+ adjustments** when positions reach 10% profit', 'active', 'rules.breakeven.trigger', '10%'],
  ['tightens stops in high volatility (>3%)', 'active', 'rules.volatility-tighten.above', '3%'],
  ['gradually tightens stops for positions >2 hours old', 'active', 'rules.age-tighten.after', '2h'],
  ['**High volatility protection** (>3%) with tightened stops', 'active', 'rules.volatility-tighten.enabled', true],
  ['**15% profit + 30+ minutes**', 'active', 'rules.partial-exit.steps.0.at', '15%'],
  ['**15% profit + 30+ minutes**', 'active', 'rules.partial-exit.steps.0.leastAge', '30m'],
  ['Book 50% of position', 'active', 'rules.partial-exit.steps.0.fraction', '50%'],
  ['Book 50% of position', 'active', 'rules.partial-exit.steps.0.of', 'remaining'],
  ['**25% profit (any age)**', 'active', 'rules.partial-exit.steps.1.at', '25%'],
  ['**25% profit (any age)**', 'active', 'rules.partial-exit.steps.1.leastAge', '0m'],
  ['Book 75% of position', 'active', 'rules.partial-exit.steps.1.fraction', '75%'],
  ['Book 75% of position', 'active', 'rules.partial-exit.steps.1.of', 'remaining'],
  ['**5% profit + strong momentum (>2% change) + high volume (>100K)**', 'active', 'rules.scale-in.profit', '5%'],
  ['**5% profit + strong momentum (>2% change) + high volume (>100K)**', 'active', 'rules.scale-in.momentum', '2%'],
  ['**5% profit + strong momentum (>2% change) + high volume (>100K)**', 'active', 'rules.scale-in.dayVolume', '100000'],
  ['Scale by 25%', 'active', 'rules.scale-in.size', '25%'],
  // S1 says nothing of how often and of the stop thereafter, the contract does
  ['Scale by 25%', 'active', 'rules.scale-in.adds', 1],
  ['Scale by 25%', 'active', 'rules.scale-in.after', 'tighter'],
  ['**Fresh positions only** (<15 minutes old)', 'active', 'rules.scale-in.youngerThan', '15m'],
  ['**Size limits** - maximum 200 shares total', 'active', 'limits.positionUnits', '200'],
  ['**10% profit**', 'active', 'rules.breakeven.trigger', '10%'],
  ['Move stop to break-even + 2% buffer', 'active', 'rules.breakeven.buffer', '2%'],
  ['**High volatility (>3%)**', 'active', 'rules.volatility-tighten.above', '3%'],
  ['Tighten trailing stops by 0.5%', 'active', 'rules.volatility-tighten.by', '0.5%'],
  ['**2+ hours + profitable**', 'active', 'rules.age-tighten.after', '2h'],
  ['Reduce stop distance by 0.2% per hour', 'active', 'rules.age-tighten.by', '0.2%'],
  ['Reduce stop distance by 0.2% per hour', 'active', 'rules.age-tighten.every', '1h'],
  ['**>3% intraday volatility**', 'active', 'rules.volatility-tighten.above', '3%'],
  ['**<1% volatility + high volume**', 'active', 'rules.scale-in.calm', '1%'],
  ["'enable_active_management': True", 'active', 'enabled', true],
  ["'partial_profit_threshold': 15", 'active', 'rules.partial-exit.steps.0.at', '15%'],
  ["'aggressive_profit_threshold': 25", 'active', 'rules.partial-exit.steps.1.at', '25%'],
  ["'scaling_profit_threshold': 5", 'active', 'rules.scale-in.profit', '5%'],
  ["'breakeven_buffer': 2", 'active', 'rules.breakeven.buffer', '2%'],
  ["'time_based_tightening': 2", 'active', 'rules.age-tighten.after', '2h'],
  ["'volatility_threshold': 3", 'active', 'rules.volatility-tighten.above', '3%'],
];

const S2: readonly Row[] = [
  ['max_position_tranches = Column(Integer, default=3)', 'tranches', 'limits.tranches', 3],
  ['Enables dollar-cost averaging', 'tranches', 'averagingDown', 'allowed'],
  ['- Week 1: Buy $25 BTC at $50k', 'tranches', 'rules.tranche-entry.dca.amount', '$25'],
  ['- Week 2: Buy $25 BTC at $49k', 'tranches', 'rules.tranche-entry.dca.every', '7d'],
  ['- Week 3: Buy $25 BTC at $51k', 'tranches', 'rules.tranche-entry.dca.amount', '$25'],
  ['- Weak signal (0.6): $20 BTC entry', 'tranches', 'rules.tranche-entry.graduated.0.strength', '0.6'],
  ['- Weak signal (0.6): $20 BTC entry', 'tranches', 'rules.tranche-entry.graduated.0.amount', '$20'],
  ['- Medium signal (0.7): Add $30 BTC', 'tranches', 'rules.tranche-entry.graduated.1.strength', '0.7'],
  ['- Medium signal (0.7): Add $30 BTC', 'tranches', 'rules.tranche-entry.graduated.1.amount', '$30'],
  ['- Strong signal (0.8): Add $50 BTC', 'tranches', 'rules.tranche-entry.graduated.2.strength', '0.8'],
  ['- Strong signal (0.8): Add $50 BTC', 'tranches', 'rules.tranche-entry.graduated.2.amount', '$50'],
  ['- +10% profit: Sell first tranche (25% of position)', 'tranches', 'rules.partial-exit.steps.0.at', '10%'],
  ['- +10% profit: Sell first tranche (25% of position)', 'tranches', 'rules.partial-exit.steps.0.fraction', '25%'],
  ['- +10% profit: Sell first tranche (25% of position)', 'tranches', 'allotment', 'fifo'],
  ['- +10% profit: Sell first tranche (25% of position)', 'tranches', 'rules.partial-exit.steps.0.of', 'initial'],
  ['- +20% profit: Sell second tranche (50% of position)', 'tranches', 'rules.partial-exit.steps.1.at', '20%'],
  ['- +20% profit: Sell second tranche (50% of position)', 'tranches', 'rules.partial-exit.steps.1.fraction', '50%'],
  ['- +20% profit: Sell second tranche (50% of position)', 'tranches', 'rules.partial-exit.steps.1.of', 'initial'],
  ['- +30% profit: Sell final tranche (25% of position)', 'tranches', 'rules.partial-exit.steps.2.at', '30%'],
  ['- +30% profit: Sell final tranche (25% of position)', 'tranches', 'rules.partial-exit.steps.2.fraction', '25%'],
  ['- +30% profit: Sell final tranche (25% of position)', 'tranches', 'rules.partial-exit.steps.2.of', 'initial'],
  ['### **4. Signal-Based Entries**', 'tranches', 'rules.tranche-entry.plan', 'multi-signal'],
  ['- RSI oversold: $30 BTC entry', 'tranches', 'rules.tranche-entry.signals.rsi-oversold', '$30'],
  ['- MACD bullish cross: Add $40 BTC', 'tranches', 'rules.tranche-entry.signals.macd-cross', '$40'],
  ['- Moving average support: Add $30 BTC', 'tranches', 'rules.tranche-entry.signals.average-support', '$30'],
  ['MAX_POSITION_SIZE_USD = 100.0', 'tranches', 'limits.positionMoney', '$100'],
  ['MAX_POSITION_TRANCHES = 3', 'tranches', 'limits.tranches', 3],
  ['MIN_TRANCHE_SIZE_USD = 10.0', 'tranches', 'limits.trancheLeast', '$10'],
  ['MAX_TRANCHE_SIZE_USD = 50.0', 'tranches', 'limits.trancheMost', '$50'],
  ['TRANCHE_COOLDOWN_MINUTES = 15', 'tranches', 'limits.cooldown', '15m'],
  ['MAX_ACTIVE_POSITIONS = 2', 'tranches', 'limits.openPositions', 2],
  ['MAX_DAILY_TRADES = 10', 'tranches', 'limits.tradesPerDay', '10'],
  // S2 names it and gives no number: ours
  ['Minimum temperature for new tranches', 'tranches', 'limits.strength', '0.5'],
];

const LEVERAGED = ['leveraged', 'leveraged-aggressive', 'leveraged-conservative'] as const;
const inAll = (quote: string, path: string, value: Written): Row[] => LEVERAGED.map((preset) => [quote, preset, path, value]);

const S3: readonly Row[] = [
  ['Allocates **5-10% of portfolio** per trade', 'leveraged', 'sizing.least', '5%'],
  ['Allocates **5-10% of portfolio** per trade', 'leveraged', 'sizing.most', '10%'],
  ['Allows **2-3 concurrent positions**', 'leveraged', 'limits.openPositions', 3],
  ...inAll('Enforces **risk limits** (5% daily loss, 15% max drawdown)', 'rules.daily-loss.limit', '5%'),
  ...inAll('Enforces **risk limits** (5% daily loss, 15% max drawdown)', 'rules.drawdown-halt.limit', '15%'),
  ...inAll('Enforces **risk limits** (5% daily loss, 15% max drawdown)', 'rules.drawdown-halt.enabled', true),
  ['Position Size = Kelly × 0.25', 'leveraged', 'sizing.kellyFraction', '0.25'],
  ['risk_per_trade_pct = 0.01  // 1% of portfolio at risk', 'leveraged', 'sizing.risk', '1%'],
  ...inAll('Position Size = (Portfolio Value × Risk %) / Stop Loss Distance %', 'sizing.riskCountsLeverage', false),
  ...inAll('**Final Position Size = MIN(Kelly-based, Risk-based)**', 'sizing.strategy', 'min-of'),
  ...inAll('**Final Position Size = MIN(Kelly-based, Risk-based)**', 'sizing.of', ['kelly', 'risk']),
  ['Hard limits enforce 5-10% per position', 'leveraged', 'sizing.least', '5%'],
  ['MIN($500 × 5%) = $25 minimum position', 'leveraged', 'sizing.least', '5%'],
  ['MAX($500 × 10%) = $50 maximum position', 'leveraged', 'sizing.most', '10%'],
  ['we cap at 10%', 'leveraged', 'limits.positionEquity', '10%'],
  ...inAll('Adjustment: 1 / (2 + 1) = 0.333', 'sizing.shareBetweenPositions', true),
  ...inAll('ATR = 14-period moving average of True Range', 'indicators.atr', 14),
  ...inAll('Long Stop Loss = Entry Price - (ATR × 2.5)', 'initialStop.kind', 'atr'),
  ['Long Stop Loss = Entry Price - (ATR × 2.5)', 'leveraged', 'initialStop.atr', '2.5ATR'],
  ['Short Stop Loss = Entry Price + (ATR × 2.5)', 'leveraged', 'initialStop.atr', '2.5ATR'],
  ...inAll('Long Take Profit = Entry Price + (ATR × 5.0)', 'target.distance', '5ATR'),
  ...inAll('Reward = Risk × 2.0', 'target.rewardRisk', '2'),
  ...inAll('**Final TP = MAX(ATR-based, RR-based)**', 'target.kind', 'reward'),
  ...inAll('Win Rate: 50% (no history yet, use default)', 'sizing.kellyWinRate', '0.50'),
  ...inAll('Avg W/L Ratio: 2.0 (default)', 'sizing.kellyPayoff', '2.0'),
  ['Quarter Kelly: 25% × 0.25 = 6.25%', 'leveraged', 'sizing.kellyFraction', '0.25'],
  ...inAll('║ Leverage: 3.0x', 'account.leverage', '3'),
  ...inAll('Slippage: -$0.31 (0.35%)', 'account.slippage', '0.35%'),
  ...inAll('Slippage: -$0.31 (0.35%)', 'account.slippageOf', 'size'),
  ...inAll('Some positions held overnight (swing mode)', 'rules.session-flat.enabled', false),
  ...inAll('### Daily Loss Limit (5%)', 'rules.daily-loss.limit', '5%'),
  ...inAll('STOP TRADING', 'rules.daily-loss.positions', 'keep'),
  ...inAll('### Maximum Drawdown (15%)', 'rules.drawdown-halt.limit', '15%'),
  ['- **Max Concurrent:** 3 positions', 'leveraged', 'limits.openPositions', 3],
  ['- **Max Per Position:** 10% of portfolio', 'leveraged', 'limits.positionEquity', '10%'],
  ['- **Min Per Position:** 5% of portfolio', 'leveraged', 'sizing.least', '5%'],
  ['- **Total Exposure:** ~20% max (with 3 positions)', 'leveraged', 'limits.totalExposure', '20%'],
  ['risk_per_trade_pct: 0.01,           // 1% risk', 'leveraged', 'sizing.risk', '1%'],
  ['kelly_fraction: 0.25,                // Quarter Kelly', 'leveraged', 'sizing.kellyFraction', '0.25'],
  ...inAll('min_risk_reward_ratio: 2.0', 'target.rewardRisk', '2'),
  ['atr_stop_multiplier: 2.5', 'leveraged', 'initialStop.atr', '2.5ATR'],
  ...inAll('atr_tp_multiplier: 5.0', 'target.distance', '5ATR'),
  ['max_position_pct: 0.10', 'leveraged', 'sizing.most', '10%'],
  ['max_position_pct: 0.10', 'leveraged', 'limits.positionEquity', '10%'],
  ...inAll('min_position_pct: 0.05', 'sizing.least', '5%'),
  ...inAll('daily_loss_limit_pct: 0.05', 'rules.daily-loss.limit', '5%'),
  ...inAll('max_drawdown_pct: 0.15', 'rules.drawdown-halt.limit', '15%'),
  ['max_concurrent_positions: 3', 'leveraged', 'limits.openPositions', 3],
  ['risk_per_trade_pct: 0.02', 'leveraged-aggressive', 'sizing.risk', '2%'],
  ['kelly_fraction: 0.50', 'leveraged-aggressive', 'sizing.kellyFraction', '0.5'],
  ['atr_stop_multiplier: 2.0', 'leveraged-aggressive', 'initialStop.atr', '2ATR'],
  ['max_position_pct: 0.15', 'leveraged-aggressive', 'sizing.most', '15%'],
  ['max_position_pct: 0.15', 'leveraged-aggressive', 'limits.positionEquity', '15%'],
  ['max_concurrent_positions: 5', 'leveraged-aggressive', 'limits.openPositions', 5],
  // three positions to five, 10 % to 15 %: S3 gives no number, the contract does
  ['### Aggressive Settings (Higher Risk)', 'leveraged-aggressive', 'limits.totalExposure', '40%'],
  ['risk_per_trade_pct: 0.005', 'leveraged-conservative', 'sizing.risk', '0.5%'],
  ['kelly_fraction: 0.25,                // Quarter Kelly', 'leveraged-conservative', 'sizing.kellyFraction', '0.25'],
  ['atr_stop_multiplier: 3.0', 'leveraged-conservative', 'initialStop.atr', '3ATR'],
  ['max_position_pct: 0.07', 'leveraged-conservative', 'sizing.most', '7%'],
  ['max_position_pct: 0.07', 'leveraged-conservative', 'limits.positionEquity', '7%'],
  ['max_concurrent_positions: 2', 'leveraged-conservative', 'limits.openPositions', 2],
  ['### Conservative Settings (Lower Risk)', 'leveraged-conservative', 'limits.totalExposure', '20%'],
  ['let atr = signal.atr_14', 'leveraged', 'indicators.atr', 14],
  ...inAll('### After 20 Trades', 'sizing.kellyTrades', 20),
  ['Dynamic 5-10% of portfolio', 'leveraged', 'sizing.most', '10%'],
  ['2-3 concurrent positions', 'leveraged', 'limits.openPositions', 3],
  ['5% daily cap, 15% max DD', 'leveraged', 'rules.drawdown-halt.limit', '15%'],
];

/** S4 names kinds of options and gives no numbers: the numbers are ours, but every kind has its key, and it is set. */
const S4: readonly Row[] = [
  ['- Default strategy selection', 'portfolio', 'sizing.strategy', 'portfolio'],
  ['- Default strategy selection', 'portfolio', 'sizing.of', ['kelly', 'volatility', 'model']],
  ['- Risk per trade percentage', 'portfolio', 'sizing.risk', '1%'],
  ['- Maximum/minimum position sizes', 'portfolio', 'sizing.most', '10%'],
  ['- Maximum/minimum position sizes', 'portfolio', 'sizing.least', '1%'],
  ['- Maximum/minimum position sizes', 'portfolio', 'limits.positionEquity', '10%'],
  ['- Kelly criterion parameters', 'portfolio', 'sizing.kellyFraction', '0.25'],
  ['- Volatility adjustment thresholds', 'portfolio', 'sizing.volatilityTarget', '1%'],
  ['- Maximum total exposure limits', 'portfolio', 'limits.totalExposure', '60%'],
  ['- Position count constraints', 'portfolio', 'limits.openPositions', 10],
  ['- Correlation thresholds', 'portfolio', 'sizing.correlation', '0.7'],
  ['- Diversification targets', 'portfolio', 'limits.instrumentShare', '25%'],
  ['- Performance thresholds', 'portfolio', 'models.confidence', '60%'],
  ['- Drawdown limits', 'portfolio', 'rules.drawdown-halt.enabled', true],
  ['- Drawdown limits', 'portfolio', 'rules.drawdown-halt.limit', '15%'],
  ['- Correlation constraints', 'portfolio', 'sizing.correlation', '0.7'],
  ['- Liquidity requirements', 'portfolio', 'limits.volumeShare', '5%'],
  ['- Margin utilization limits', 'portfolio', 'limits.marginUse', '50%'],
  ['**Fallback Mechanisms**: Graceful degradation when ML models unavailable', 'portfolio', 'sizing.fallback', 'risk'],
  ['**Adjustment Recommendations**', 'portfolio', 'rules.resize.enabled', true],
  ['**Adjustment Recommendations**', 'portfolio', 'rules.resize.reduceAt', '-25'],
  ['**Adjustment Recommendations**', 'portfolio', 'rules.resize.addAt', '40'],
];

const ROWS = { S0, S1, S2, S3, S4 };

/**
 * The numbers of the documents that are not keys. `target`: a figure to reach, shown beside what was reached; `promise`: of results;
 * `example`: a worked one, held by the engine's tests; `history`: what the document's own system did before; `plan`: of its making; `reference`: of literature.
 */
const NOT_KEYS: Record<
  keyof typeof ROWS,
  readonly (readonly [quote: string, what: 'target' | 'promise' | 'example' | 'history' | 'plan' | 'reference'])[]
> = {
  S0: [
    ['**Traditional DCA (Averaging Down):**', 'example'],
    ['- Save 20-40% of stop-loss amount', 'target'],
    ['Entry: $100, Stop: $98 (2% risk)', 'example'],
    ['After 15 min: Price at $99, volume dried up, MACD turning bearish', 'example'],
    ['Early Exit: $99 (1% loss instead of 2%)', 'example'],
    ['Savings: 50% of potential loss', 'example'],
    ['Initial Entry: 100 shares at $100 (profitable)', 'example'],
    ['Price moves to $102 (+2%), volume surging, breaking resistance', 'example'],
    ['Scale In: Add 50 shares at $102', 'example'],
    ['New Position: 150 shares, avg price $100.67', 'example'],
    ['If price goes to $105', 'example'],
    ['- Without scale-in: $500 profit (5%)', 'example'],
    ['- With scale-in: $650 profit (6.5%)', 'example'],
    ['- 30% more profit!', 'promise'],
    ['# Save 30-50% of stop-loss amount', 'target'],
    ['### Phase 1: Basic Position Management (Week 1-2)', 'plan'],
    ['- 10-15% reduction in average loss size', 'promise'],
    ['- 5-10% improvement in profit capture', 'promise'],
    ['### Phase 2: Dynamic Stops (Week 3-4)', 'plan'],
    ['- 15-20% fewer premature stop-outs', 'promise'],
    ['- 10-15% better profit capture on runners', 'promise'],
    ['### Phase 3: Scale-In System (Week 5-6)', 'plan'],
    ['- 20-30% more profit on winning trades', 'promise'],
    ['### Phase 4: ML-Enhanced (Week 7-8)', 'plan'],
    ['- 30-40% reduction in loss size (early exits)', 'promise'],
    ['- 15-20% improvement in profit capture', 'promise'],
    ['- 25-35% overall performance improvement', 'promise'],
    ['- Scale-in success rate (target: >70%)', 'target'],
    ['- Recovery prediction accuracy (target: >60%)', 'target'],
    ['- Profit potential prediction MAE (target: <1%)', 'target'],
    ['- Early exit savings (target: 30-50% of stop-loss)', 'target'],
    ['Result: Win 45%, Avg Win $4, Avg Loss $2', 'promise'],
    ['Profit Factor: 1.35', 'promise'],
    ['Entry: $100, Dynamic Stop: $98.50 (ATR-based)', 'example'],
    ['- Early exit at $99 if volume dries up (save 50% of loss)', 'example'],
    ['- Move stop to breakeven at $101', 'example'],
    ['- Take 50% profit at $101.50', 'example'],
    ['- Trail remaining 50% with 1 ATR', 'example'],
    ['- Scale in at $102 if momentum strong', 'example'],
    ['Result: Win 52%, Avg Win $5.20, Avg Loss $1.40', 'promise'],
    ['Profit Factor: 1.95', 'promise'],
    ['**Improvement:**', 'promise'],
    ['**Conservative (6 months):**', 'promise'],
    ['**Optimistic (12 months):**', 'promise'],
    ['**Measure results** after 50 trades', 'plan'],
  ],
  S1: [
    ['with 8 distinct management components', 'plan'],
    ['Actively managing 6 positions | Exits: 0', 'example'],
    ['Booking 50% profits (P&L: 18.5%, Age: 45.2min)', 'example'],
    ['Scaling position by 23 shares (momentum: 3.2%)', 'example'],
    ['Adjusted WIPRO stop loss to', 'example'],
    ['Tightened trailing stop for IOC due to time (age: 2.3h)', 'example'],
    ['Tightened stop for PNB due to high volatility (4.2%)', 'example'],
  ],
  S2: [
    ['### **Position Tranche Structure**', 'example'],
    ['Result: $75 position, average price $50k', 'example'],
    ['Result: $100 position built with conviction', 'example'],
    ['Result: $100 position from multiple signal confirmations', 'example'],
  ],
  S3: [
    ['Instead of fixed $500 positions', 'history'],
    ['(not fixed 2% or 6%)', 'history'],
    ['- W = Win rate (e.g., 0.60 for 60%)', 'example'],
    ['- L = Loss rate (1 - W = 0.40 for 40%)', 'example'],
    ['- R = Average Win / Average Loss ratio (e.g., 2.0 for 2:1)', 'example'],
    ['**Example Calculation:**', 'example'],
    ['Full Kelly (40%) is too aggressive', 'example'],
    ['= 0.40 × 0.25', 'example'],
    ['= 0.10 (10% of portfolio)', 'example'],
    ['Portfolio: $500\nRisk: 1% = $5', 'example'],
    ['- Kelly suggests: $50 (10%)', 'example'],
    ['- Risk suggests: $250 (50%)', 'example'],
    ['- **Actual:** $50 (use conservative Kelly)', 'example'],
    ['Base Position: $50', 'example'],
    ['Entry Price: $100\nATR: $3.50', 'example'],
    ['Risk = Entry - Stop Loss = $100 - $91.25 = $8.75', 'example'],
    ['Take Profit = Entry + Reward = $117.50', 'example'],
    ['### Scenario: $500 Starting Capital, First Trade', 'example'],
    ['### Scenario: Second Trade Opens (Concurrent)', 'example'],
    ['### Scenario: First Trade Wins, Portfolio Grows', 'example'],
    ['### Why NOT 2% Daily?', 'promise'],
    ['### Better Approach: Positive Expectancy', 'target'],
    ['### Capital Allocation Strategy', 'example'],
    ['### Daily Trading Pattern', 'promise'],
    ['### Day 1: $500 Starting', 'promise'],
    ['### Day 2: $513', 'promise'],
    ['### Day 3: $523', 'promise'],
    ['### After 30 Days', 'promise'],
    ['Portfolio: $500\nDaily Limit: $500 × 5% = $25', 'example'],
    ['If losses reach -$25 in one day', 'example'],
    ['Peak Portfolio: $600', 'example'],
    ['Portfolio Growth: $500 → $615 (+23%)', 'promise'],
    ['**Kelly will adjust:**', 'example'],
    ['## Academic References', 'reference'],
    ['ATR-based adaptive stops (7-15%)', 'promise'],
    ['**Expected Results:**', 'promise'],
  ],
  S4: [
    ['(STEP12)', 'plan'],
    ['**STEP14**: Advanced Market Analysis', 'plan'],
    ['15-25% improvement in portfolio risk metrics', 'promise'],
    ['10-20% improvement in risk-adjusted returns', 'promise'],
    ['**STEP13: Advanced Position Management**', 'plan'],
  ],
};

const written = Object.fromEntries(Object.keys(presets).map((name) => [name, loadPreset(name).source]));

describe.each(Object.entries(ROWS))('%s', (seed, rows) => {
  it.each(rows)('"%s": preset %s, %s is %j', (_, preset, path, value) => {
    expect(valueAt(written[preset], path)).toEqual(value);
  });

  it('counts no number both as a key and as something else', () => {
    const others = NOT_KEYS[seed as keyof typeof NOT_KEYS];
    expect(rows.filter(([quote]) => others.some(([other]) => other === quote))).toEqual([]);
    expect(new Set(others.map(([quote]) => quote)).size).toBe(others.length);
  });
});

describe('the presets', () => {
  it('each hold numbers of a document, and are those that the contract names', () => {
    const named = new Set(Object.values(ROWS).flatMap((rows) => rows.map(([, preset]) => preset)));
    expect([...named].toSorted()).toEqual(Object.keys(presets).toSorted());
  });

  it('active lets every kind of action happen by itself, whose every rule S1 automates', () => {
    expect(ACTION_KINDS.map((kind) => [kind, valueAt(written['active'], `autonomy.${kind}`)])).toEqual(
      ACTION_KINDS.map((kind) => [kind, 'auto']),
    );
  });

  it.each([
    ['fixed', ['take-profit']],
    [
      'intraday',
      [
        'daily-loss',
        'take-profit',
        'session-flat',
        'early-exit',
        'time-stop',
        'profit-potential',
        'partial-exit',
        'breakeven',
        'trailing-stop',
        'technical-stop',
        'scale-in',
      ],
    ],
    ['active', ['take-profit', 'partial-exit', 'breakeven', 'volatility-tighten', 'age-tighten', 'scale-in']],
    ['tranches', ['take-profit', 'partial-exit', 'tranche-entry']],
    ...LEVERAGED.map((name) => [name, ['daily-loss', 'drawdown-halt', 'take-profit']] as [string, string[]]),
    ['portfolio', ['daily-loss', 'drawdown-halt', 'take-profit', 'breakeven', 'trailing-stop', 'resize']],
  ])('%s runs its own rules and no others: %j', (name, wanted) => {
    const rules = valueAt(written[name], 'rules') as Record<string, { enabled?: boolean }>;
    expect(Object.keys(rules).filter((rule) => rules[rule]?.enabled === true)).toEqual(wanted);
  });

  it('leveraged-aggressive and leveraged-conservative differ from leveraged only where S3 says so', () => {
    const paths = policyKeys().map(({ path }) => path);
    for (const [name, wanted] of [
      [
        'leveraged-aggressive',
        [
          'sizing.risk',
          'sizing.kellyFraction',
          'sizing.most',
          'initialStop.atr',
          'limits.positionEquity',
          'limits.totalExposure',
          'limits.openPositions',
        ],
      ],
      [
        'leveraged-conservative',
        ['sizing.risk', 'sizing.most', 'initialStop.atr', 'limits.positionEquity', 'limits.openPositions'],
      ],
    ] as const)
      expect(
        paths.filter(
          (path) =>
            path !== 'name' &&
            path !== 'description' &&
            JSON.stringify(valueAt(written[name], path)) !== JSON.stringify(valueAt(written['leveraged'], path)),
        ),
      ).toEqual(wanted);
  });

  it.each(['fixed', 'kelly', 'volatility', 'model', 'portfolio'])('S4 knows the strategy %s', (strategy) => {
    expect(policyKeys().find(({ path }) => path === 'sizing.strategy')?.options).toContain(strategy);
  });
});
