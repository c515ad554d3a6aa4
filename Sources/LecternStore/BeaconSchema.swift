/// What visitors and learners did, in a file of its own: it grows faster, and is pruned without touching the books.
/// No network address, no cookie: `visit` is a random name that lives in one tab. The same rules as in `shopMigrations`.
let beaconMigrations = [
    """
    CREATE TABLE beacon (
      visit TEXT NOT NULL,
      event TEXT NOT NULL,
      kind TEXT NOT NULL,
      at BIGINT NOT NULL,
      received_at BIGINT NOT NULL,
      learner TEXT,
      course TEXT,
      lesson TEXT,
      detail TEXT NOT NULL,
      PRIMARY KEY (visit, event)
    );
    CREATE INDEX beacon_received ON beacon (received_at);
    CREATE INDEX beacon_learner ON beacon (learner) WHERE learner IS NOT NULL;

    CREATE TABLE progress (
      learner TEXT NOT NULL,
      course TEXT NOT NULL,
      lesson TEXT NOT NULL,
      watched TEXT NOT NULL,
      watched_seconds BIGINT NOT NULL,
      length_seconds BIGINT NOT NULL,
      position_seconds BIGINT NOT NULL,
      position_at BIGINT NOT NULL,
      completed_at BIGINT,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (learner, course, lesson)
    );

    CREATE TABLE quiz_result (
      learner TEXT NOT NULL,
      course TEXT NOT NULL,
      lesson TEXT NOT NULL,
      question TEXT NOT NULL,
      correct SMALLINT NOT NULL CHECK (correct IN (0, 1)),
      attempts BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (learner, course, lesson, question)
    );
    """,
    // Numbered in the order in which they were kept, so that a reader who comes again reads only what is new. `beacon_mark`
    // says how far the numbers went, which were pruned, and how often kept events were changed (somebody was forgotten).
    """
    CREATE TABLE beacon_numbered (
      seq BIGINT NOT NULL UNIQUE,
      visit TEXT NOT NULL,
      event TEXT NOT NULL,
      kind TEXT NOT NULL,
      at BIGINT NOT NULL,
      received_at BIGINT NOT NULL,
      learner TEXT,
      course TEXT,
      lesson TEXT,
      detail TEXT NOT NULL,
      robot SMALLINT NOT NULL DEFAULT 0 CHECK (robot IN (0, 1)),
      PRIMARY KEY (visit, event)
    );
    INSERT INTO beacon_numbered (seq, visit, event, kind, at, received_at, learner, course, lesson, detail)
    SELECT row_number() OVER (ORDER BY received_at, visit, event), visit, event, kind, at, received_at, learner, course, lesson, detail FROM beacon;
    DROP TABLE beacon;
    ALTER TABLE beacon_numbered RENAME TO beacon;
    CREATE INDEX beacon_received ON beacon (received_at);
    CREATE INDEX beacon_learner ON beacon (learner) WHERE learner IS NOT NULL;

    CREATE TABLE beacon_mark (
      one SMALLINT PRIMARY KEY CHECK (one = 1),
      last_seq BIGINT NOT NULL,
      pruned_seq BIGINT NOT NULL,
      changes BIGINT NOT NULL
    );
    INSERT INTO beacon_mark (one, last_seq, pruned_seq, changes) SELECT 1, coalesce(max(seq), 0), 0, 0 FROM beacon;
    """,
    // What pruned events came to, for the report: its own form, base64, in pieces; events up to `kept_seq` are in it.
    """
    CREATE TABLE beacon_kept (
      piece BIGINT PRIMARY KEY,
      body TEXT NOT NULL
    );
    ALTER TABLE beacon_mark ADD COLUMN kept_seq BIGINT NOT NULL DEFAULT 0;
    """,
    // Own words of the survey stand in no totals: the report reads them from their rows, few among millions.
    """
    CREATE INDEX beacon_survey ON beacon (seq) WHERE kind = 'survey';
    """,
]
