CREATE TABLE meta(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run(
  run_id TEXT PRIMARY KEY,
  started_at TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  config_sha256 TEXT NOT NULL,
  seed INTEGER NOT NULL,
  records_read INTEGER NOT NULL,
  records_accepted INTEGER NOT NULL,
  records_quarantined INTEGER NOT NULL,
  records_single INTEGER NOT NULL,
  records_merged INTEGER NOT NULL,
  customers INTEGER NOT NULL,
  pairs_scored INTEGER NOT NULL,
  pairs_matched INTEGER NOT NULL,
  pairs_review INTEGER NOT NULL,
  match_threshold REAL NOT NULL,
  review_threshold REAL NOT NULL,
  model TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE source(
  source_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind = 'customers' OR kind = 'transactions' OR kind = 'interactions'),
  customers_of INTEGER REFERENCES source
) STRICT;

CREATE TABLE source_column(
  source_id INTEGER NOT NULL REFERENCES source,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT,
  confidence REAL,
  given INTEGER NOT NULL,
  reason TEXT,
  PRIMARY KEY(source_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_file(
  file_id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES run,
  source_id INTEGER REFERENCES source,
  path TEXT NOT NULL,
  format TEXT NOT NULL,
  delimiter TEXT,
  encoding TEXT,
  detected TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  quarantined INTEGER NOT NULL
) STRICT;

CREATE TABLE customer(
  customer_no INTEGER PRIMARY KEY,
  customer_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind = 'person' OR kind = 'organization' OR kind = 'unknown'),
  honorific TEXT,
  given_name TEXT,
  middle_name TEXT,
  family_name TEXT,
  name_suffix TEXT,
  full_name TEXT,
  nickname TEXT,
  gender TEXT,
  birth_date TEXT,
  birth_place TEXT,
  organization TEXT,
  job_title TEXT,
  email TEXT,
  phone TEXT,
  street TEXT,
  house_number TEXT,
  unit TEXT,
  city TEXT,
  region TEXT,
  postcode TEXT,
  country TEXT,
  address TEXT,
  website TEXT,
  record_count INTEGER NOT NULL,
  source_count INTEGER NOT NULL,
  first_seen TEXT,
  last_seen TEXT
) STRICT;

CREATE TABLE source_record(
  record_id INTEGER PRIMARY KEY,
  customer_no INTEGER NOT NULL REFERENCES customer,
  source_id INTEGER NOT NULL REFERENCES source,
  source_key TEXT NOT NULL,
  file_id INTEGER REFERENCES source_file,
  row_number INTEGER NOT NULL,
  byte_offset INTEGER NOT NULL,
  created_at TEXT,
  changed_at TEXT,
  raw TEXT NOT NULL
) STRICT;

CREATE TABLE email(
  customer_no INTEGER NOT NULL REFERENCES customer,
  position INTEGER NOT NULL,
  address TEXT NOT NULL,
  raw TEXT NOT NULL,
  label TEXT,
  is_valid INTEGER NOT NULL,
  is_role INTEGER NOT NULL,
  record_count INTEGER NOT NULL,
  record_id INTEGER NOT NULL REFERENCES source_record,
  PRIMARY KEY(customer_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE phone(
  customer_no INTEGER NOT NULL REFERENCES customer,
  position INTEGER NOT NULL,
  number TEXT NOT NULL,
  raw TEXT NOT NULL,
  label TEXT,
  is_valid INTEGER NOT NULL,
  record_count INTEGER NOT NULL,
  record_id INTEGER NOT NULL REFERENCES source_record,
  PRIMARY KEY(customer_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE address(
  customer_no INTEGER NOT NULL REFERENCES customer,
  position INTEGER NOT NULL,
  label TEXT,
  street TEXT,
  house_number TEXT,
  unit TEXT,
  city TEXT,
  region TEXT,
  postcode TEXT,
  country TEXT,
  address TEXT,
  record_count INTEGER NOT NULL,
  record_id INTEGER NOT NULL REFERENCES source_record,
  PRIMARY KEY(customer_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE affiliation(
  customer_no INTEGER NOT NULL REFERENCES customer,
  position INTEGER NOT NULL,
  organization TEXT,
  job_title TEXT,
  record_count INTEGER NOT NULL,
  record_id INTEGER NOT NULL REFERENCES source_record,
  PRIMARY KEY(customer_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE identifier(
  customer_no INTEGER NOT NULL REFERENCES customer,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  value TEXT NOT NULL,
  record_count INTEGER NOT NULL,
  record_id INTEGER NOT NULL REFERENCES source_record,
  PRIMARY KEY(customer_no, kind, name, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE attribute(
  customer_no INTEGER NOT NULL REFERENCES customer,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  record_id INTEGER NOT NULL REFERENCES source_record,
  PRIMARY KEY(customer_no, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE consent(
  customer_no INTEGER NOT NULL REFERENCES customer,
  position INTEGER NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state = 'granted' OR state = 'denied' OR state = 'pending' OR state = 'unknown'),
  raw TEXT NOT NULL,
  column_name TEXT NOT NULL,
  captured_at TEXT,
  record_id INTEGER NOT NULL REFERENCES source_record,
  PRIMARY KEY(customer_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE consent_effective(
  customer_no INTEGER NOT NULL REFERENCES customer,
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state = 'granted' OR state = 'denied' OR state = 'pending' OR state = 'unknown'),
  record_id INTEGER NOT NULL REFERENCES source_record,
  PRIMARY KEY(customer_no, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE txn(
  txn_id INTEGER PRIMARY KEY,
  customer_no INTEGER NOT NULL REFERENCES customer,
  record_id INTEGER NOT NULL REFERENCES source_record,
  source_id INTEGER NOT NULL REFERENCES source,
  number TEXT,
  kind TEXT,
  status TEXT,
  occurred_at TEXT,
  amount_minor INTEGER,
  minor_digits INTEGER,
  currency TEXT,
  file_id INTEGER REFERENCES source_file,
  row_number INTEGER NOT NULL,
  raw TEXT NOT NULL
) STRICT;

CREATE TABLE interaction(
  interaction_id INTEGER PRIMARY KEY,
  customer_no INTEGER NOT NULL REFERENCES customer,
  record_id INTEGER NOT NULL REFERENCES source_record,
  source_id INTEGER NOT NULL REFERENCES source,
  number TEXT,
  kind TEXT,
  status TEXT,
  occurred_at TEXT,
  channel TEXT,
  subject TEXT,
  file_id INTEGER REFERENCES source_file,
  row_number INTEGER NOT NULL,
  raw TEXT NOT NULL
) STRICT;

CREATE TABLE field_provenance(
  customer_no INTEGER NOT NULL REFERENCES customer,
  field TEXT NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  value TEXT NOT NULL,
  record_id INTEGER NOT NULL REFERENCES source_record,
  column_name TEXT NOT NULL,
  rule TEXT NOT NULL,
  transform TEXT,
  record_count INTEGER NOT NULL,
  losing TEXT,
  PRIMARY KEY(customer_no, field, name, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE match_pair(
  left_record INTEGER NOT NULL REFERENCES source_record,
  right_record INTEGER NOT NULL REFERENCES source_record,
  verdict TEXT NOT NULL CHECK(verdict IN ('match', 'review')),
  merged INTEGER NOT NULL,
  weight REAL NOT NULL,
  probability REAL NOT NULL,
  blocking_rule TEXT NOT NULL,
  note TEXT,
  evidence TEXT NOT NULL
) STRICT;

CREATE TABLE merge_event(
  merge_event_id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES run,
  customer_no INTEGER NOT NULL REFERENCES customer,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  record_count INTEGER NOT NULL,
  before TEXT NOT NULL
) STRICT;

CREATE TABLE quarantine(
  quarantine_id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES run,
  source TEXT NOT NULL,
  file TEXT NOT NULL,
  row_number INTEGER NOT NULL,
  line INTEGER NOT NULL,
  byte_offset INTEGER NOT NULL,
  field TEXT,
  rule TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL,
  value TEXT,
  repair TEXT,
  also TEXT,
  digest TEXT,
  discarded INTEGER NOT NULL
) STRICT;

CREATE TABLE blanked(
  source TEXT NOT NULL,
  source_key TEXT NOT NULL,
  column_name TEXT NOT NULL,
  value TEXT NOT NULL,
  rule TEXT NOT NULL,
  PRIMARY KEY(source, source_key, column_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE decided_row(
  decided_id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  digest TEXT NOT NULL,
  action TEXT NOT NULL CHECK(action = 'correct' OR action = 'accept' OR action = 'discard'),
  rules TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  note TEXT,
  file TEXT NOT NULL,
  row_number INTEGER NOT NULL,
  original TEXT NOT NULL,
  cells TEXT
) STRICT;

CREATE TABLE validation(
  started_at TEXT NOT NULL,
  run_id TEXT NOT NULL,
  rule TEXT NOT NULL,
  source TEXT NOT NULL,
  fields TEXT NOT NULL,
  requirement TEXT NOT NULL,
  severity TEXT NOT NULL,
  outcome TEXT NOT NULL,
  checked INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  PRIMARY KEY(started_at, run_id, rule, source)
) STRICT, WITHOUT ROWID;
