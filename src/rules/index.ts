import { breakeven } from './breakeven.ts';
import { partialExit } from './partial-exit.ts';
import { scaleIn } from './scale-in.ts';
import { sessionFlat } from './session-flat.ts';
import { stopLoss } from './stop-loss.ts';
import { takeProfit } from './take-profit.ts';
import { trailingStop } from './trailing-stop.ts';

/** The table of rules. Its order is the precedence in one step. */
export const rules = [stopLoss, takeProfit, sessionFlat, partialExit, breakeven, trailingStop, scaleIn] as const;
