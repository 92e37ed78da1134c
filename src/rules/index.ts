import { ageTighten } from './age-tighten.ts';
import { breakeven } from './breakeven.ts';
import { dailyLoss } from './daily-loss.ts';
import { drawdownHalt } from './drawdown-halt.ts';
import { earlyExit } from './early-exit.ts';
import { emergencyStop } from './emergency-stop.ts';
import { liquidation } from './liquidation.ts';
import { partialExit } from './partial-exit.ts';
import { profitPotential } from './profit-potential.ts';
import { resize } from './resize.ts';
import { scaleIn } from './scale-in.ts';
import { sessionFlat } from './session-flat.ts';
import { stopLoss } from './stop-loss.ts';
import { takeProfit } from './take-profit.ts';
import { technicalStop } from './technical-stop.ts';
import { timeStop } from './time-stop.ts';
import { trailingStop } from './trailing-stop.ts';
import { trancheEntry } from './tranche-entry.ts';
import { volatilityTighten } from './volatility-tighten.ts';

/** The table of rules. Its order is the precedence in one step. */
export const rules = [
  emergencyStop,
  liquidation,
  dailyLoss,
  drawdownHalt,
  stopLoss,
  takeProfit,
  sessionFlat,
  earlyExit,
  timeStop,
  profitPotential,
  partialExit,
  breakeven,
  trailingStop,
  technicalStop,
  volatilityTighten,
  ageTighten,
  resize,
  scaleIn,
  trancheEntry,
] as const;
