PRAGMA application_id = 1161972273;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "facts" VALUES('jobs.firstUnfinished','3');
INSERT INTO "facts" VALUES('journal.identity','1B597130087464080E9630D88FFEFF3D');
INSERT INTO "facts" VALUES('property.timeZone','Europe/Prague');
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1: jobs, trail, outbox, facts');
INSERT INTO "grdb_migrations" VALUES('2: history with seals, check numbers, age');
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
    accepted_note TEXT NOT NULL, accepted_seq INTEGER NOT NULL DEFAULT 0, accepted_seal BLOB NOT NULL DEFAULT x'', row_check INTEGER NOT NULL DEFAULT 0, boot TEXT, boot_ms INTEGER,
    UNIQUE (origin, external_id)
);
INSERT INTO "jobs" VALUES(1,'done','front-desk','mews','command-1','done',1,'{"copies":1,"validUntil":1763906400000,"reservationNumber":"R-77","lockIds":["101","Pool"],"validFrom":1763733600000,"mode":"new"}','[{"verified":true,"at":1763733604000,"copy":1,"serial":"04A1B200000001"}]','[]',NULL,1763733600000,NULL,1763733604000,1795863687748,'queued','ordered by mews',1,X'9E502832654C7C3999B7D7FE49F34D01AA64E6576D7DAD7083EA054990D88AF0',629732056301612168,'2a2aa43166a1',16417363);
INSERT INTO "jobs" VALUES(2,'failed','front-desk','local',NULL,'failed',1,'{"copies":1,"validUntil":1763906400000,"reservationNumber":"R-77","lockIds":["102","Pool"],"validFrom":1763733600000,"mode":"new"}','[]','[]','{"owner":"person","retry":"afterPrompt","detail":"EP","advice":"Put a card on the encoder and cut the key again.","card":"untouched","code":"noCard"}',1763733600000,NULL,1763733630000,1795863688065,'queued','ordered by local',5,X'C23821EA589B470FEE72E872E14BDF8D391E862D1A26351D89F8B442F5814D3E',9172040483557034649,'2a2aa43166a1',16417680);
INSERT INTO "jobs" VALUES(3,'waiting','front-desk','mews','command-2','queued',0,'{"copies":1,"lockIds":["103","Pool"],"mode":"new","validUntil":1763906400000,"validFrom":1763733600000,"reservationNumber":"R-77","guestName":"Ada Example"}','[]','[]',NULL,1763733600000,NULL,NULL,1795863688146,'queued','ordered by mews',7,X'08ED21B50022CEFB50EBC54F83B67A738C86F663E6B3E1E940DCC1D0D25CF933',-346874368411873759,'2a2aa43166a1',16417761);
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
CREATE TABLE removed (
    seq INTEGER PRIMARY KEY,
    seal BLOB NOT NULL
);
CREATE TABLE trail (
    seq INTEGER PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES jobs (place) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL,
    seal BLOB NOT NULL
);
INSERT INTO "trail" VALUES(2,1,1795863687771,'queued','reported to mews: received',X'35D0143761EE78D82DFCFED2D86E67E2CDE71A0DA1C5477C5753E7CCFF4481A4');
INSERT INTO "trail" VALUES(3,1,1763733601000,'writing','order sent',X'D8FC3B47B97DB65AC40E9FF1F220690A82ED59FEF8649B96FFEB040A761EEBB7');
INSERT INTO "trail" VALUES(4,1,1763733604000,'done','1 of 1 keys',X'7320B77DB0793A3E55625502C2EEB0587B3EE93F76920B4BC05543FCF9889001');
INSERT INTO "trail" VALUES(6,2,1763733630000,'failed','noCard',X'4626325C5DB53DCD42A47E78D1CBC7B571F223CE1338E613C9C328DC22A499C3');
CREATE INDEX outbox_by_origin ON outbox (origin, sequence);
CREATE INDEX outbox_by_job ON outbox (job);
CREATE INDEX trail_by_job ON trail (job);
CREATE TRIGGER trail_is_not_rewritten BEFORE UPDATE ON trail
BEGIN SELECT RAISE(ABORT, 'the trail is only ever added to'); END;
CREATE TRIGGER trail_goes_with_its_job BEFORE DELETE ON trail
WHEN EXISTS (SELECT 1 FROM jobs WHERE place = OLD.job)
BEGIN SELECT RAISE(ABORT, 'the trail is only ever added to'); END;
CREATE TRIGGER trail_grows_at_its_end BEFORE INSERT ON trail
WHEN NEW.seq <= (SELECT COALESCE(MAX(seq), 0) FROM trail)
BEGIN SELECT RAISE(ABORT, 'the trail is only ever added to at its end'); END;
CREATE TRIGGER acceptance_is_not_rewritten
BEFORE UPDATE OF place, id, origin, external_id, created_at, accepted_at, accepted_state, accepted_note, accepted_seq, accepted_seal
ON jobs
BEGIN SELECT RAISE(ABORT, 'what was accepted is not rewritten'); END;
CREATE TRIGGER final_is_final BEFORE UPDATE OF state, final ON jobs WHEN OLD.final = 1
BEGIN SELECT RAISE(ABORT, 'a final state is never left'); END;
CREATE TRIGGER unfinished_stays BEFORE DELETE ON jobs WHEN OLD.final = 0
BEGIN SELECT RAISE(ABORT, 'a job that has not ended is not removed'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',4);
COMMIT;
