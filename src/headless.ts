import { compare } from './cli/compare.ts';
import { figures } from './cli/figures.ts';
import { indicators } from './cli/indicators.ts';
import { journal } from './cli/journal.ts';
import { ledger } from './cli/ledger.ts';
import { policy } from './cli/policy.ts';
import { replay } from './cli/replay.ts';
import { UsageError } from './cli/files.ts';
import { CALENDARS } from './domain/nyse.ts';
import { sweep } from './cli/sweep.ts';
import { size } from './cli/size.ts';
import { trades } from './cli/trades.ts';
import { verify } from './cli/verify.ts';
import { BAR_PATHS } from './domain/tape.ts';
import { FormatError } from './formats/error.ts';
import { PolicyError, presets } from './policy/load.ts';
import { HEAT_FIGURES } from './study/heat-map.ts';

const USAGE = `ratchet: the engine from a command line

  replay FILE   walks a file of bars, trades or quotes and writes journal.jsonl, positions.json, figures.json, metrics.txt and the tables below
    --policy NAME|FILE   ${Object.keys(presets).join(', ')}, or a policy as JSON (default intraday)
    --entries FILE       CSV ts,symbol,side,quantity,stop,target; empty quantity, stop or target: the policy's; or any file of fills (see trades),
                         whose exits are left to the policy
    --entries-zone Z --entries-symbol S --entries-part P --entries-dates ORDER   of a file of fills, as for trades
    --keep-quantity      entries of fills with the quantities of the fills (default: sized by the policy)
    --decide WHAT        approve-all, reject-all, or a journal of the same tape and policy whose commands are repeated (default: nobody decides)
    --bar-path NAME      ${BAR_PATHS.join(', ')} (default adverse-first)
    --symbol S           default: from the file's name
    --stamp open|close   whether a bar's time is its start or its end (default: by the session's hours, else open)
    --interval 1m        of the file's bars, or of the bars built from trades or quotes (default: measured; for these two the policy's)
    --tick T --lot L     price and quantity steps (default: 0.01 and 1 for names that begin with eq_, ix_ or dy_, lot 1 with fx_, else the finest seen)
    --multiplier M --min-notional N   money per unit and price point, and least money of an order (default: 1 and 0)
    --session HOURS      ${Object.keys(CALENDARS).join(', ')}, ZONE/HH:MM-HH:MM (17:00-16:00 opens on the evening before) or ZONE/24h
                         (default: XNYS for names that begin with eq_ or ix_, New York's days for fx_, else UTC/24h)
    --calendar FILE      instead of --session: hours, holidays and half days as JSON (format: src/formats/calendar.ts)
    --zone ZONE          of times without an offset: America/New_York, UTC+02:00, America/New_York+07:00 (default UTC)
    --times FORM         s, ms, us or ns since 1970, or dates as ymd, dmy or mdy (default: by what stands there)
    --columns ts=1,open=2,…   which column holds what, where no format fits; --delimiter comma|semicolon|tab, --header yes|no,
                         --price-scale 1e-9 where prices count billionths
    --out DIR            where the files go (default out)
    --bundle FILE        also the whole session as one file, X.ratchet.zip, that verify checks and the app opens
    FILE may be a recording, X.parquet; "bundled" is the session that ships with the app
  verify FILE.ratchet.zip   checks every digest of a session bundle and walks it again: status 1 where its journal comes out otherwise
  journal FILE  makes tables of a journal.jsonl alone, without its tape: journal.csv, position_events, ml_position_predictions (CSV and JSON
                lines), positions.csv, trades.csv (a row a closed position) and exits.csv (a row a share of an exit)
    --out DIR            where the files go (default out)
    --position ID        prints instead how that position was managed, as JSON
  figures FILE  prints how a session went: every figure with its value, or null and why; FILE is a journal.jsonl, or closed trades as CSV
                closedAt,pnl[,rMultiple] (rows left out on stderr)
    --as json|table|openmetrics        (default json); openmetrics is text for Prometheus
    --tape FILE          a tape that the journal was made on, again for each of several: how alike the open positions are, and
                         what decisions were worth, each walked the other way
    --equity M           before the first trade of a list: for the drawdown as a share (default: not known)
    --stamp, --columns and their like   of the tapes, as for replay
  indicators FILE   prints bars as CSV, with the asked-for columns in the order asked; a cell is empty while its value is unknown
    --atr N --rsi N --ema N --sma N    over N bars; each can be given again with another length
    --adx N                            ADX, +DI and -DI
    --macd FAST,SLOW,SIGNAL            line, signal and histogram
    --bbands N,WIDTH                   middle, upper and lower band, WIDTH standard deviations away
    --vwap                             of the session's day
    --interval 1m        of the file's bars, or of the bars built from trades (default: measured; for trades 1m)
    --symbol, --stamp, --tick, --lot, --session, --calendar, --zone, --times, --columns and their like   as for replay
  trades FILE   prints the trades that the fills of a file make: CSV ts,symbol,side,quantity,price,fee[,multiplier], the list of trades of
                TradingView's strategy tester, executions of NinjaTrader, deals of MetaTrader 5, or a backtest of freqtrade; rows left out on stderr
    --as csv|json        a line a trade (default csv)
    --zone Z             of times that do not say theirs (default UTC)
    --symbol S           for the one instrument of the file
    --multiplier M       money per unit and price point, of files without that column (default 1)
    --part P             the account or strategy, of files with several (default the first)
    --dates day-first|month-first   of dates such as 03/04/2024 (default: what the file's own dates say, else month-first)
  ledger FILE   reads such a file and prints a position as one JSON line after each fill; options as for trades
  compare FILE --policy A --policy B --entries E   runs two policies on the same entries and prints their figures, the differences, and the 95 %
                intervals of these (bootstrap, paired by entry)
    --entries FILE       as for replay, or a journal.jsonl of the same market, whose entries are taken
    --decide WHO         own (default: nobody, what a policy does by itself is done), approve-all, reject-all, or repeat: the decisions of that
                         journal again, where they still apply
    --each               every FILE a session of its own (default: all on one clock)
    --as table|csv|json  (default table)
    --bar-path, --symbol, --stamp, --interval and their like   as for replay
  sweep FILE --key KEY=VALUES [--key …] --entries E --out rows.jsonl   runs a policy for each value of a key, or each pair of two, on all cores
    --key KEY=VALUES     rules.breakeven.trigger=0.5R:2R:0.25R (from, to, step) or =0.5R,1R,2R; once or twice
    --out FILE           a line of JSON a cell, as they come; run again it goes on where it stopped
    --policy NAME|FILE   (default intraday); --figure ${HEAT_FIGURES.map(({ id }) => id).join(', ')} (default pnl) names the best
    --hands N            processes (default: one a core); --decide, --each and the others as for compare
  size          prints the size of an entry, a step a line; a refusal is printed too, with status 0
    --equity M --entry P  required; --policy as above, --side long|short (default: by the stop, else long)
    --stop P             default: the policy's first stop, from --atr, --vix, --support or --resistance
    --leverage N         default 1
    --open N             positions open besides; --exposure M --instrument-exposure M money they hold
    --correlation R      the largest with an open position on the same side
    --volume V           mean volume of the last bars, in units
    --model X            size multiplier of the sizing model (default: no model may speak)
    --wins N --losses N --average-win M --average-loss M   the account's closed trades
    --tick T --lot L --multiplier M --min-notional M       of the instrument (default 0.01, 0.001, 1, 0)
`;

/** The verbs, one a file in `cli/`. */
const VERBS: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  replay,
  verify,
  journal,
  figures,
  indicators,
  ledger,
  trades,
  size,
  policy,
  compare,
  sweep,
};

async function main([verb, ...args]: string[]): Promise<void> {
  if (verb === undefined || verb === 'help' || verb === '--help') return void process.stdout.write(USAGE);
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!run) throw new UsageError(`${verb}: expected ${Object.keys(VERBS).join(', ')}\n\n${USAGE}`);
  return run(args);
}

// A reader that has seen enough (`| head`) closes the pipe. That ends the work and is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await main(process.argv.slice(2));
} catch (error) {
  const known =
    error instanceof UsageError ||
    error instanceof FormatError ||
    error instanceof PolicyError ||
    error instanceof RangeError ||
    (error instanceof TypeError && 'code' in error);
  process.stderr.write(
    known ? `${error.message}\n` : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = known ? 2 : 1;
}
