import { text } from '../domain/decimal.ts';
import type { Measure } from '../domain/measure.ts';
import type { CriterionReading } from '../domain/proposal.ts';
import { type AccountWatch, exactFloor } from './account.ts';
import type { Core } from './core.ts';
import { haltsOf } from './state.ts';

type Halt = 'daily-loss' | 'drawdown-halt';

/** True where a limit on the account's equity is to be watched. */
export const usesLimits = ({ policy }: Core): boolean =>
  policy.rules['daily-loss'].enabled || policy.rules['drawdown-halt'].enabled;

const percent = (share: number): string => `${share.toFixed(2)}%`;

function begin(core: Core, account: AccountWatch, rule: Halt, limit: Measure): void {
  const day = rule === 'daily-loss';
  const equity = core.equity(account.id);
  const floor = exactFloor(day ? account.opening : account.peak, limit);
  const evidence: CriterionReading = {
    label: day ? 'Loss of the day' : 'Below the peak',
    comparison: '≥',
    threshold: limit.text,
    value: percent(day ? account.dayLoss : account.drawdown),
    verdict: 'pass',
  };
  core.emit({
    type: 'HaltBegan',
    account: account.id,
    rule,
    figure: text(equity.toDecimalPlaces(8)),
    limit: text(floor.toDecimalPlaces(8)),
    evidence: [evidence],
  });
  for (const managed of core.heldBy(account.id)) managed.stale = true;
}

/** Halts every account whose equity has reached a limit. Said once; from then on the guards refuse what adds risk. */
export function checkHalts(core: Core): void {
  if (!usesLimits(core)) return;
  const { 'daily-loss': day, 'drawdown-halt': peak } = core.policy.rules;
  for (const account of core.traded()) {
    const halts = haltsOf(core.state, account.id);
    if (day.enabled && !halts.has('daily-loss') && account.lostOfDay(day.limit)) begin(core, account, 'daily-loss', day.limit);
    if (peak.enabled && !halts.has('drawdown-halt') && account.belowPeak(peak.limit))
      begin(core, account, 'drawdown-halt', peak.limit);
  }
}

/**
 * Ends drawdown halts whose equity has come back, or whose limit has gone; asked at the close of bars and after a change of policy.
 * The halt of a lost day stays to its end, whatever the policy says by then. @returns true where one has ended
 */
export function recover(core: Core): boolean {
  const { enabled, limit } = core.policy.rules['drawdown-halt'];
  let ended = false;
  for (const account of core.traded()) {
    if (!haltsOf(core.state, account.id).has('drawdown-halt') || (enabled && account.belowPeak(limit))) continue;
    core.emit({
      type: 'HaltEnded',
      account: account.id,
      rule: 'drawdown-halt',
      reason: enabled ? `equity is back above ${limit.text} below its peak` : 'the policy no longer has this limit',
    });
    ended = true;
  }
  return ended;
}

/** A new trading day: every account starts from its equity of this instant, and the halts of the day before end. */
export function startDay(core: Core): void {
  for (const account of core.traded()) {
    account.startDay();
    if (haltsOf(core.state, account.id).has('daily-loss'))
      core.emit({ type: 'HaltEnded', account: account.id, rule: 'daily-loss', reason: 'a new trading day' });
  }
}

/** The user counts the drawdown from today's equity on. */
export function resetPeak(core: Core, id: string, reason: string): void {
  const account = core.account(id);
  const to = core.equity(id);
  core.emit({
    type: 'PeakReset',
    account: id,
    from: text(account.peak.toDecimalPlaces(8)),
    to: text(to.toDecimalPlaces(8)),
    reason,
  });
  account.startFrom(to);
  core.moved.push(account);
  if (haltsOf(core.state, id).has('drawdown-halt'))
    core.emit({ type: 'HaltEnded', account: id, rule: 'drawdown-halt', reason: `the peak was reset: ${reason}` });
}
