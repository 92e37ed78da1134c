/**
 * Volume-weighted average price of the running session, in price units: Σ typical price × volume / Σ volume over its bars, where a bar's
 * typical price is (high + low + close) / 3. It starts anew with each session and is NaN while the session has no volume.
 * State is plain numbers: a copy of the fields is a copy of the indicator.
 * @source Berkowitz, Logue, Noser, The Total Cost of Transactions on the NYSE, Journal of Finance 43 (1988), where single trades are weighted
 */
export class Vwap {
  value = NaN;
  private session = NaN;
  private money = 0;
  private volume = 0;

  /**
   * Takes a closed bar and returns the new value.
   * @param sessionDayKey any number that is the same for the bars of one session and another for the next, e.g. the session's opening time
   */
  update(high: number, low: number, close: number, volume: number, sessionDayKey: number): number {
    if (sessionDayKey !== this.session) {
      this.session = sessionDayKey;
      this.money = 0;
      this.volume = 0;
      this.value = NaN;
    }
    this.money += ((high + low + close) / 3) * volume;
    this.volume += volume;
    if (this.volume > 0) this.value = this.money / this.volume;
    return this.value;
  }
}
