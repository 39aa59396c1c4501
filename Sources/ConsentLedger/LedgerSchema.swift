import GRDB

/// The tables. Whatever must never be true is refused by the database itself: the program may be wrong.
enum LedgerSchema {
  /// Steps from nothing to the tables of this version; those that have been released never change.
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 book") { try $0.execute(sql: book) }
    migrator.registerMigration("1 sessions") { try $0.execute(sql: sessions) }
    migrator.registerMigration("1 records") { try $0.execute(sql: records) }
    return migrator
  }()

  private static let book = """
    -- `withdrawals` counts them, `cleaned` those whose leftovers are known to be gone from every page.
    CREATE TABLE book (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      is_paused INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
      withdrawals INTEGER NOT NULL DEFAULT 0 CHECK (withdrawals >= 0),
      cleaned INTEGER NOT NULL DEFAULT 0 CHECK (cleaned BETWEEN 0 AND withdrawals)
    ) STRICT;
    INSERT INTO book (id) VALUES (1);

    CREATE TABLE arm (
      number INTEGER PRIMARY KEY CHECK (number >= 0),
      name TEXT NOT NULL,
      is_open INTEGER NOT NULL DEFAULT 1 CHECK (is_open IN (0, 1))
    ) STRICT;

    CREATE TABLE stratum (
      number INTEGER PRIMARY KEY CHECK (number >= 0),
      name TEXT NOT NULL
    ) STRICT;

    -- The last one holds; those before it are what was amended.
    CREATE TABLE seal (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      study TEXT NOT NULL,
      engine_version INTEGER NOT NULL,
      algorithm TEXT NOT NULL CHECK (algorithm IN ('blocks', 'least-filled')),
      seed INTEGER,
      target INTEGER NOT NULL CHECK (target >= 0),
      cap INTEGER CHECK (cap >= 0),
      CHECK ((algorithm = 'least-filled') = (seed IS NOT NULL))
    ) STRICT;

    CREATE TABLE slot (
      number INTEGER PRIMARY KEY CHECK (number >= 1),
      stratum INTEGER NOT NULL REFERENCES stratum (number),
      block INTEGER NOT NULL CHECK (block >= 1),
      arm INTEGER NOT NULL REFERENCES arm (number),
      UNIQUE (number, stratum, arm)
    ) STRICT;
    """

  private static let sessions = """
    CREATE TABLE session (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      participant TEXT CHECK (length(participant) BETWEEN 1 AND 64),
      export_id TEXT UNIQUE CHECK (length(export_id) = 16),
      stage TEXT NOT NULL CHECK (stage IN ('pilot', 'live', 'simulated')),
      arm INTEGER NOT NULL REFERENCES arm (number),
      stratum INTEGER NOT NULL REFERENCES stratum (number),
      slot INTEGER UNIQUE,
      status TEXT NOT NULL DEFAULT 'open'
        CHECK (status IN ('open', 'declined', 'stopped', 'dropped', 'rejected', 'completed', 'withdrawn')),
      started_at TEXT NOT NULL,
      seen_at TEXT NOT NULL,
      seed INTEGER,
      withdrawal_code TEXT UNIQUE CHECK (length(withdrawal_code) BETWEEN 1 AND 64),
      completion_code TEXT UNIQUE CHECK (length(completion_code) BETWEEN 1 AND 64),
      data TEXT NOT NULL DEFAULT 'unanswered' CHECK (data IN ('unanswered', 'keep', 'delete')),
      head TEXT CHECK (length(head) = 64),
      restarts INTEGER UNIQUE REFERENCES session (number) CHECK (restarts < number),
      -- Whether the person met the pop-up in the session that this one restarts: the slot has to stay theirs.
      was_exposed INTEGER NOT NULL DEFAULT 0 CHECK (was_exposed IN (0, 1)),
      excluded_by TEXT,
      excluded_why TEXT,
      excluded_at TEXT,
      excluded_saw_arm INTEGER CHECK (excluded_saw_arm IN (0, 1)),
      FOREIGN KEY (slot, stratum, arm) REFERENCES slot (number, stratum, arm),
      CHECK (slot IS NULL OR stage = 'live'),
      CHECK (withdrawal_code <> completion_code),
      CHECK (
        (status = 'withdrawn') = (participant IS NULL) AND (status = 'withdrawn') = (export_id IS NULL)
        AND (status = 'withdrawn') = (seed IS NULL) AND (status = 'withdrawn') = (withdrawal_code IS NULL)
        AND (status = 'withdrawn') = (completion_code IS NULL)),
      CHECK (
        (excluded_by IS NULL) = (excluded_why IS NULL) AND (excluded_by IS NULL) = (excluded_at IS NULL)
        AND (excluded_by IS NULL) = (excluded_saw_arm IS NULL)),
      CHECK (status <> 'withdrawn' OR (excluded_by IS NULL AND head IS NOT NULL))
    ) STRICT;
    CREATE UNIQUE INDEX session_open ON session (stage, participant) WHERE status = 'open';
    CREATE INDEX session_participant ON session (participant, stage);
    CREATE INDEX session_place ON session (stage, stratum, arm, status);

    CREATE TRIGGER session_stays BEFORE DELETE ON session
    BEGIN SELECT RAISE(ABORT, 'sessions are never deleted'); END;
    CREATE TRIGGER session_keeps_its_place BEFORE UPDATE OF number, stage, arm, stratum ON session
    BEGIN SELECT RAISE(ABORT, 'a session keeps its stage, its arm and its stratum'); END;
    CREATE TRIGGER session_stays_withdrawn BEFORE UPDATE OF status, participant ON session
    WHEN old.status = 'withdrawn'
    BEGIN SELECT RAISE(ABORT, 'a withdrawn session stays withdrawn'); END;
    """

  private static let records = """
    CREATE TABLE milestone (
      session INTEGER NOT NULL REFERENCES session (number),
      name TEXT NOT NULL CHECK (name IN ('consented', 'exposed', 'decided', 'answered', 'debriefed')),
      at TEXT NOT NULL,
      PRIMARY KEY (session, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE chain (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      session INTEGER NOT NULL UNIQUE REFERENCES session (number),
      slot INTEGER NOT NULL CHECK (slot >= 0),
      head TEXT NOT NULL CHECK (length(head) = 64),
      link TEXT NOT NULL UNIQUE CHECK (length(link) = 64)
    ) STRICT;
    CREATE TRIGGER chain_stays BEFORE DELETE ON chain
    BEGIN SELECT RAISE(ABORT, 'links are never deleted'); END;
    CREATE TRIGGER chain_keeps BEFORE UPDATE ON chain
    BEGIN SELECT RAISE(ABORT, 'links are never changed'); END;

    CREATE TABLE act (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      verb TEXT NOT NULL CHECK (length(verb) BETWEEN 1 AND 64),
      session INTEGER REFERENCES session (number),
      detail TEXT NOT NULL DEFAULT '',
      who TEXT NOT NULL CHECK (length(who) BETWEEN 1 AND 64),
      why TEXT NOT NULL CHECK (length(why) <= 500),
      at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX act_session ON act (session);
    CREATE TRIGGER act_stays BEFORE DELETE ON act
    BEGIN SELECT RAISE(ABORT, 'acts are never deleted'); END;
    """
}
