-- A store of schema 1, as an earlier release wrote it.  Never edited.
BEGIN TRANSACTION;
CREATE TABLE commands(
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  session TEXT NOT NULL REFERENCES sessions(id),
  request TEXT REFERENCES requests(id),
  submitted_at INTEGER NOT NULL,
  submitted BLOB NOT NULL, canonical BLOB, opaque_reason BLOB NOT NULL,
  decision TEXT NOT NULL, rule TEXT NOT NULL, summary BLOB NOT NULL,
  effects BLOB NOT NULL, environment BLOB NOT NULL, dropped_env BLOB NOT NULL,
  policy_sha256 TEXT NOT NULL, input_role TEXT NOT NULL, input_sha256 TEXT NOT NULL,
  state TEXT NOT NULL, error BLOB NOT NULL,
  started_at INTEGER, ended_at INTEGER, exit_status INTEGER, exit_signal TEXT NOT NULL,
  bytes_out INTEGER NOT NULL, bytes_err INTEGER NOT NULL, bytes_in INTEGER NOT NULL,
  output_sha256 TEXT NOT NULL,
  process_group INTEGER NOT NULL, process_start TEXT NOT NULL) STRICT;
INSERT INTO "commands" VALUES(1,'CMDTWO22AAAAAAAAAAAAAAAAAA','SESSIONONEAAAAAAAAAAAAAAAA','REQUEST2AAAAAAAAAAAAAAAAAA',1790000002000,X'726D202D72202F7372762F3431',X'27726D2720272D722720272F7372762F343127',X'','hold','prod writes',X'72656D6F766573202F7372762F3431',X'000000010000000664656C657465',X'00000000',X'00000000','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','none','','ended',X'',1790000012100,1790000012300,3,'',4,0,0,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',4711,'99');
CREATE TABLE decisions(
  row INTEGER PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests(id),
  operator_name TEXT NOT NULL,
  approved INTEGER NOT NULL, reason BLOB NOT NULL, digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE(request, operator_name)) STRICT;
INSERT INTO "decisions" VALUES(1,'REQUEST2AAAAAAAAAAAAAAAAAA','alice',1,X'3431206973206F6C64',X'6464646464646464646464646464646464646464646464646464646464646464',1790000012000);
CREATE TABLE events(
  row INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES sessions(row),
  command INTEGER REFERENCES commands(row),
  at_us INTEGER NOT NULL, code TEXT NOT NULL, data BLOB NOT NULL) STRICT;
INSERT INTO "events" VALUES(1,1,1,0,'m',X'68656C64');
INSERT INTO "events" VALUES(2,1,1,1000,'o',X'6F6C640A');
INSERT INTO "events" VALUES(3,1,1,2000,'m',X'656E6465643A20657869742033');
CREATE TABLE requests(
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  digest BLOB NOT NULL,
  session TEXT NOT NULL REFERENCES sessions(id),
  agent TEXT NOT NULL, owner TEXT NOT NULL, target TEXT NOT NULL, account TEXT NOT NULL,
  submitted BLOB NOT NULL, canonical BLOB, opaque_reason BLOB NOT NULL, summary BLOB NOT NULL,
  effects BLOB NOT NULL, effect_reasons BLOB NOT NULL, effect_ranges BLOB NOT NULL,
  environment BLOB NOT NULL,
  rule TEXT NOT NULL, approver_group TEXT NOT NULL, policy TEXT NOT NULL,
  approvals_needed INTEGER NOT NULL,
  justification BLOB NOT NULL,
  input_sha256 BLOB NOT NULL, input BLOB NOT NULL,
  requested_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  state TEXT NOT NULL, decided_at INTEGER, grant_expires_at INTEGER) STRICT;
INSERT INTO "requests" VALUES(1,'REQUEST2AAAAAAAAAAAAAAAAAA',X'6464646464646464646464646464646464646464646464646464646464646464','SESSIONONEAAAAAAAAAAAAAAAA','devin','','db1','deploy',X'726D202D72202F7372762F3431',X'27726D2720272D722720272F7372762F343127',X'',X'72656D6F766573202F7372762F3431',X'000000010000000664656C657465',X'000000010000000664656C657465',X'000000010000000664656C657465',X'00000000','prod writes','oncall','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1,X'',X'',X'',1790000002000,1790001202000,'consumed',1790000012000,NULL);
INSERT INTO "requests" VALUES(2,'REQUEST3AAAAAAAAAAAAAAAAAA',X'6464646464646464646464646464646464646464646464646464646464646464','SESSIONONEAAAAAAAAAAAAAAAA','devin','','db1','deploy',X'726D202D72202F7372762F3431',X'27726D2720272D722720272F7372762F343127',X'',X'72656D6F766573202F7372762F3431',X'000000010000000664656C657465',X'000000010000000664656C657465',X'000000010000000664656C657465',X'00000000','prod writes','oncall','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1,X'',X'',X'',1790000002000,1790001202000,'pending',NULL,NULL);
CREATE TABLE sessions(
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  agent TEXT NOT NULL, target TEXT NOT NULL, account TEXT NOT NULL,
  client_addr TEXT NOT NULL, key_fingerprint TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER,
  state TEXT NOT NULL) STRICT;
INSERT INTO "sessions" VALUES(1,'SESSIONONEAAAAAAAAAAAAAAAA','devin','db1','deploy','10.0.0.9:4711','SHA256:abc',1790000000000,1790000060000,'closed');
CREATE INDEX sessions_by_start ON sessions(started_at);
CREATE INDEX sessions_open ON sessions(row) WHERE state='open';
CREATE INDEX requests_by_digest ON requests(digest, row);
CREATE INDEX requests_pending ON requests(expires_at) WHERE state='pending';
CREATE INDEX requests_approved ON requests(grant_expires_at) WHERE state='approved';
CREATE INDEX commands_by_session ON commands(session, row);
CREATE INDEX commands_by_request ON commands(request) WHERE request IS NOT NULL;
CREATE INDEX commands_unfinished ON commands(state)
  WHERE state IN ('judged','held','starting','running');
CREATE INDEX events_by_session ON events(session, row);
COMMIT;
PRAGMA application_id=1212765260;
PRAGMA user_version=1;
