PRAGMA application_id = 1161972273;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "facts" VALUES('property.timeZone','Europe/Prague');
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1: jobs, trail, outbox, facts');
CREATE TABLE jobs (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    encoder TEXT NOT NULL,
    origin TEXT NOT NULL,
    external_id TEXT,
    state TEXT NOT NULL,
    final INTEGER NOT NULL,
    order_json TEXT NOT NULL,
    receipts_json TEXT NOT NULL,
    remarks_json TEXT NOT NULL,
    fault_json TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    finished_at INTEGER,
    accepted_at INTEGER NOT NULL,
    accepted_state TEXT NOT NULL,
    accepted_note TEXT NOT NULL,
    UNIQUE (origin, external_id)
);
INSERT INTO "jobs" VALUES(1,'done','front-desk','mews','command-1','done',1,'{"validUntil":1763906400000,"mode":"new","copies":1,"lockIds":["101","Pool"],"reservationNumber":"R-77","validFrom":1763733600000}','[{"at":1763733604000,"copy":1,"serial":"04A1B200000001","verified":true}]','[]',NULL,1763733600000,NULL,1763733604000,1795863544349,'queued','ordered by mews');
INSERT INTO "jobs" VALUES(2,'failed','front-desk','local',NULL,'failed',1,'{"validUntil":1763906400000,"mode":"new","copies":1,"lockIds":["102","Pool"],"reservationNumber":"R-77","validFrom":1763733600000}','[]','[]','{"code":"noCard","retry":"afterPrompt","detail":"EP","card":"untouched","owner":"person","advice":"Put a card on the encoder and cut the key again."}',1763733600000,NULL,1763733630000,1795863544359,'queued','ordered by local');
INSERT INTO "jobs" VALUES(3,'waiting','front-desk','mews','command-2','queued',0,'{"lockIds":["103","Pool"],"validFrom":1763733600000,"mode":"new","guestName":"Ada Example","reservationNumber":"R-77","validUntil":1763906400000,"copies":1}','[]','[]',NULL,1763733600000,NULL,NULL,1795863544360,'queued','ordered by mews');
CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL REFERENCES jobs (place) ON DELETE RESTRICT,
    origin TEXT NOT NULL,
    external_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    progress REAL,
    text TEXT
);
INSERT INTO "outbox" VALUES(2,1,'mews','command-1','processing',NULL,NULL);
INSERT INTO "outbox" VALUES(3,1,'mews','command-1','processed',NULL,NULL);
INSERT INTO "outbox" VALUES(4,3,'mews','command-2','received',NULL,NULL);
CREATE TABLE trail (
    job INTEGER NOT NULL REFERENCES jobs (place) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (job, line)
) WITHOUT ROWID;
INSERT INTO "trail" VALUES(1,1,1795863544353,'queued','reported to mews: received');
INSERT INTO "trail" VALUES(1,2,1763733601000,'writing','order sent');
INSERT INTO "trail" VALUES(1,3,1763733604000,'done','1 of 1 keys');
INSERT INTO "trail" VALUES(2,1,1763733630000,'failed','noCard');
CREATE INDEX outbox_by_origin ON outbox (origin, sequence);
CREATE INDEX outbox_by_job ON outbox (job);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',4);
COMMIT;
