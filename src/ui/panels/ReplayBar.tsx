import type { ReactNode } from 'react';
import { SPEEDS, askWhereTo, back, seek, speedName, step, togglePlay } from '../actions.ts';
import { client } from '../engine.ts';
import { count } from '../format.ts';
import { Switch } from '../parts.tsx';
import { usePage } from '../store.ts';
import css from './ReplayBar.module.css';
import { Scrubber } from './Scrubber.tsx';

export function ReplayBar(): ReactNode {
  const ready = usePage((page) => !page.dead && page.clock !== null);
  const playing = usePage((page) => page.clock?.playing ?? false);
  const speed = usePage((page) => page.clock?.speed ?? 1);
  const atStart = usePage((page) => (page.clock?.row ?? 0) === 0);
  const isLatest = usePage((page) => (page.clock?.latest ?? null) === null);
  return (
    <section className={css.bar} aria-label="Replay">
      <div className={css.row}>
        <div className={css.buttons}>
          <Press name="Back to the start" keys="Home" disabled={!ready || atStart} onPress={() => seek(0)}>
            |◀
          </Press>
          <Press name="Previous event" keys="Shift ←" disabled={!ready || atStart} onPress={() => step('event-back')}>
            ◀ event
          </Press>
          <Press name="Back one bar" keys="←" disabled={!ready || atStart} onPress={back}>
            ◀ bar
          </Press>
          <button
            type="button"
            data-primary
            className={css.play}
            disabled={!ready}
            title={`${playing ? 'Pause' : 'Play'} (Space)`}
            aria-label={playing ? 'Pause' : 'Play'}
            onClick={togglePlay}
          >
            <span aria-hidden>{playing ? '❚❚' : '▶'}</span>
          </button>
          <div className={css.onward}>
            <Press name="Forward one tick" keys="." disabled={!ready} onPress={() => step('tick')}>
              ▶ tick
            </Press>
            <Press name="Forward one bar" keys="→" disabled={!ready} onPress={() => step('bar')}>
              bar
            </Press>
            <Press name="Next event" keys="Shift →" disabled={!ready} onPress={() => step('event')}>
              event
            </Press>
            <Press name="Next stop move" keys="M" disabled={!ready} onPress={() => step('stop-move')}>
              stop move
            </Press>
            <Press name="Next proposal" keys="N" disabled={!ready} onPress={() => step('proposal')}>
              proposal
            </Press>
          </div>
          <Press name="On to the latest place" keys="End" disabled={!ready || isLatest} onPress={() => step('latest')}>
            latest ▶|
          </Press>
          <Press name="Go to a date and time…" keys="G" disabled={!ready} onPress={askWhereTo}>
            Go to…
          </Press>
          <select
            className={css.speed}
            aria-label="Speed"
            title="Market seconds a second (< slower, > faster)"
            disabled={!ready}
            value={String(speed)}
            onChange={(event) => client.send({ type: 'speed', speed: Number(event.target.value) })}
          >
            {(SPEEDS as readonly number[]).includes(speed) ? null : <option value={String(speed)}>{speedName(speed)}</option>}
            {SPEEDS.map((value) => (
              <option key={value} value={String(value)}>
                {speedName(value)}
              </option>
            ))}
          </select>
        </div>
        <Scrubber />
        <div className={css.side}>
          <PauseSwitch disabled={!ready} />
          <Later />
        </div>
      </div>
    </section>
  );
}

function Press(props: { name: string; keys: string; disabled: boolean; onPress: () => void; children: string }): ReactNode {
  return (
    <button
      type="button"
      className={css.press}
      disabled={props.disabled}
      aria-label={props.name}
      title={`${props.name} (${props.keys})`}
      onClick={props.onPress}
    >
      <span aria-hidden>{props.children}</span>
    </button>
  );
}

function PauseSwitch({ disabled }: { disabled: boolean }): ReactNode {
  const on = usePage((page) => page.clock?.pauseOnProposal ?? false);
  return (
    <Switch
      on={on}
      disabled={disabled}
      title="The replay stops by itself when a proposal waits for you"
      onChange={(next) => client.send({ type: 'pause-on-proposal', on: next })}
    >
      Pause on proposal
    </Switch>
  );
}

function Later(): ReactNode {
  const later = usePage((page) => page.clock?.laterDecisions ?? 0);
  if (later === 0) return null;
  return (
    <output className={css.later} title="Decide anew here, and what was decided after it stays in a session of its own">
      {later === 1 ? '1 later decision will be repeated' : `${count(later)} later decisions will be repeated`}
    </output>
  );
}
