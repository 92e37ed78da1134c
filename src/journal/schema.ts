/**
 * The database, step by step: the schema of version n is what the first n steps make. A step that was released is never changed; a change is another step.
 * Times are UTC milliseconds, `wall` and `created` by the computer's clock, all others by the market's. Decimals are text.
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE sessions (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    parent TEXT,
    parent_seq INTEGER,
    digests TEXT NOT NULL,
    policy TEXT NOT NULL,
    entries TEXT NOT NULL,
    created INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    records INTEGER NOT NULL,
    place TEXT,
    view TEXT
  ) STRICT;

  CREATE TABLE events (
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    tape_row INTEGER NOT NULL,
    tape_point INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    type TEXT NOT NULL,
    position TEXT,
    record TEXT NOT NULL,
    hash BLOB NOT NULL,
    wall INTEGER NOT NULL,
    run TEXT NOT NULL,
    event_type TEXT,
    price TEXT,
    profit_pct TEXT,
    position_size TEXT,
    trigger_reason TEXT,
    ml_prediction TEXT,
    indicators TEXT,
    action_taken TEXT,
    amount_saved_or_gained TEXT,
    PRIMARY KEY (session, seq)
  ) STRICT;

  CREATE TRIGGER events_stay BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
  CREATE TRIGGER events_stay_with_their_session BEFORE DELETE ON events
  WHEN EXISTS (SELECT 1 FROM sessions WHERE key = OLD.session)
  BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;

  CREATE VIEW position_events AS
    SELECT s.id || ':' || e.seq AS id, e.position AS trade_id, e.event_type,
      strftime('%Y-%m-%dT%H:%M:%fZ', e.ts / 1000.0, 'unixepoch') AS event_time,
      e.price, e.profit_pct, e.position_size, e.trigger_reason, e.ml_prediction, e.indicators, e.action_taken,
      e.amount_saved_or_gained, strftime('%Y-%m-%dT%H:%M:%fZ', e.wall / 1000.0, 'unixepoch') AS created_at
    FROM events e JOIN sessions s ON s.key = e.session
    WHERE e.event_type IS NOT NULL
    ORDER BY e.session, e.seq;

  CREATE VIEW ml_position_predictions AS
    SELECT s.id || ':' || e.seq AS id, e.position AS trade_id,
      strftime('%Y-%m-%dT%H:%M:%fZ', e.ts / 1000.0, 'unixepoch') AS prediction_time,
      e.record ->> '$.event.recoveryProbability' AS recovery_probability,
      e.record ->> '$.event.profitPotential' AS profit_potential,
      e.record ->> '$.event.optimalStopDistance' AS optimal_stop_distance,
      e.record ->> '$.event.scaleInConfidence' AS scale_in_confidence,
      e.record ->> '$.event.recommendedAction' AS recommended_action,
      e.record ->> '$.event.actualAction' AS actual_action,
      e.record ->> '$.event.predictionAccuracy' AS prediction_accuracy,
      strftime('%Y-%m-%dT%H:%M:%fZ', e.wall / 1000.0, 'unixepoch') AS created_at
    FROM events e JOIN sessions s ON s.key = e.session
    WHERE e.type = 'PredictionMade'
    ORDER BY e.session, e.seq;
  `,
  `
  CREATE TABLE recordings (
    digest TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    symbol TEXT NOT NULL,
    kind TEXT NOT NULL,
    rows INTEGER NOT NULL,
    from_ts INTEGER NOT NULL,
    to_ts INTEGER NOT NULL,
    synthetic INTEGER NOT NULL,
    created INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    data BLOB NOT NULL
  ) STRICT;
  CREATE TABLE policies (name TEXT PRIMARY KEY, policy TEXT NOT NULL, saved INTEGER NOT NULL) STRICT;
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, saved INTEGER NOT NULL) STRICT;
  `,
];

export const SCHEMA_VERSION = STEPS.length;
