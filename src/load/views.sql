CREATE VIEW crosswalk AS
SELECT s.name AS source, r.source_key, c.customer_id, c.record_count, r.record_id, c.customer_no
FROM source_record r
JOIN source s ON s.source_id = r.source_id
JOIN customer c ON c.customer_no = r.customer_no;

CREATE VIEW customer_360 AS
SELECT
  c.customer_id,
  c.kind,
  coalesce(c.given_name || ' ' || c.family_name, c.full_name, c.family_name, c.given_name, c.organization) AS name,
  c.honorific, c.given_name, c.middle_name, c.family_name, c.name_suffix,
  c.organization, c.job_title, c.gender, c.birth_date,
  c.email, c.phone,
  c.street, c.house_number, c.unit, c.city, c.region, c.postcode, c.country, c.address,
  (SELECT group_concat(x.address, '; ') FROM
     (SELECT e.address FROM email e WHERE e.customer_no = c.customer_no ORDER BY e.position) x) AS emails,
  (SELECT group_concat(x.number, '; ') FROM
     (SELECT p.number FROM phone p WHERE p.customer_no = c.customer_no ORDER BY p.position) x) AS phones,
  (SELECT count(*) FROM address a WHERE a.customer_no = c.customer_no) AS address_count,
  (SELECT group_concat(x.channel || ' ' || x.state, '; ') FROM
     (SELECT k.channel, k.state FROM consent_effective k WHERE k.customer_no = c.customer_no ORDER BY k.channel) x) AS consents,
  c.record_count,
  c.source_count,
  (SELECT group_concat(x.name, '; ') FROM
     (SELECT DISTINCT s.source_id, s.name FROM source_record r JOIN source s ON s.source_id = r.source_id
        WHERE r.customer_no = c.customer_no ORDER BY s.source_id) x) AS sources,
  c.first_seen,
  c.last_seen,
  (SELECT count(*) FROM txn t WHERE t.customer_no = c.customer_no) AS order_count,
  (SELECT min(t.occurred_at) FROM txn t WHERE t.customer_no = c.customer_no) AS first_order_at,
  (SELECT max(t.occurred_at) FROM txn t WHERE t.customer_no = c.customer_no) AS last_order_at,
  (SELECT group_concat(m.revenue, '; ') FROM
     (SELECT printf('%s %.*f', coalesce(t.currency, '?'), t.minor_digits,
               sum(t.amount_minor) / CASE t.minor_digits WHEN 0 THEN 1.0 WHEN 3 THEN 1000.0 WHEN 4 THEN 10000.0 ELSE 100.0 END) AS revenue
        FROM txn t WHERE t.customer_no = c.customer_no AND t.amount_minor IS NOT NULL
        GROUP BY t.currency, t.minor_digits ORDER BY t.currency, t.minor_digits) m) AS revenue,
  (SELECT CASE WHEN count(DISTINCT coalesce(t.currency, '?')) = 1 THEN sum(t.amount_minor) END
     FROM txn t WHERE t.customer_no = c.customer_no AND t.amount_minor IS NOT NULL) AS revenue_minor,
  (SELECT CASE WHEN count(DISTINCT coalesce(t.currency, '?')) = 1 THEN max(t.currency) END
     FROM txn t WHERE t.customer_no = c.customer_no AND t.amount_minor IS NOT NULL) AS revenue_currency,
  (SELECT count(*) FROM interaction i WHERE i.customer_no = c.customer_no) AS interaction_count,
  (SELECT max(i.occurred_at) FROM interaction i WHERE i.customer_no = c.customer_no) AS last_interaction_at,
  c.customer_no
FROM customer c;

CREATE VIEW touchpoints AS
SELECT c.customer_id, t.occurred_at, coalesce(t.kind, 'order') AS what, s.name AS source,
  coalesce(t.number, '') AS detail, t.status, t.amount_minor, t.minor_digits, t.currency, c.customer_no
FROM txn t JOIN customer c ON c.customer_no = t.customer_no JOIN source s ON s.source_id = t.source_id
UNION ALL
SELECT c.customer_id, i.occurred_at, coalesce(i.kind, 'interaction'), s.name,
  coalesce(i.subject, i.channel, i.number, ''), i.status, NULL, NULL, NULL, c.customer_no
FROM interaction i JOIN customer c ON c.customer_no = i.customer_no JOIN source s ON s.source_id = i.source_id
UNION ALL
SELECT c.customer_id, k.captured_at, 'consent', s.name,
  k.channel, k.state, NULL, NULL, NULL, c.customer_no
FROM consent k JOIN customer c ON c.customer_no = k.customer_no
JOIN source_record r ON r.record_id = k.record_id JOIN source s ON s.source_id = r.source_id;

CREATE VIEW lineage AS
SELECT c.customer_id, p.field, p.name, p.position, p.value, s.name AS source, r.source_key, p.column_name, p.rule,
  p.transform, p.losing, p.record_id, p.customer_no
FROM field_provenance p
JOIN customer c ON c.customer_no = p.customer_no
JOIN source_record r ON r.record_id = p.record_id
JOIN source s ON s.source_id = r.source_id
UNION ALL
SELECT c.customer_id, f.field, '', 1, f.value, s.name, r.source_key,
  coalesce(
    (SELECT group_concat(x.name, ' + ') FROM (SELECT k.name FROM source_column k
       WHERE k.source_id = r.source_id AND k.kind = f.field ORDER BY k.position) x),
    -- no column of its own: split from a column that holds more
    (SELECT group_concat(x.name, ' + ') FROM (SELECT k.name FROM source_column k
       WHERE k.source_id = r.source_id AND CASE
         WHEN f.field IN ('honorific', 'given-name', 'middle-name', 'family-name', 'name-suffix', 'nickname') THEN k.kind = 'full-name'
         WHEN f.field IN ('house-number', 'unit') THEN k.kind IN ('street', 'address')
         WHEN f.field IN ('street', 'city', 'region', 'postcode', 'country') THEN k.kind = 'address'
         WHEN f.field = 'birth-date' THEN k.kind IN ('birth-year', 'birth-month', 'birth-day')
       END ORDER BY k.position) x)),
  'only-record', NULL, NULL, r.record_id, c.customer_no
FROM customer c
JOIN source_record r ON r.customer_no = c.customer_no
JOIN source s ON s.source_id = r.source_id
JOIN (
  SELECT customer_no, 'honorific' AS field, honorific AS value FROM customer
  UNION ALL SELECT customer_no, 'given-name', given_name FROM customer
  UNION ALL SELECT customer_no, 'middle-name', middle_name FROM customer
  UNION ALL SELECT customer_no, 'family-name', family_name FROM customer
  UNION ALL SELECT customer_no, 'name-suffix', name_suffix FROM customer
  UNION ALL SELECT customer_no, 'full-name', full_name FROM customer
  UNION ALL SELECT customer_no, 'nickname', nickname FROM customer
  UNION ALL SELECT customer_no, 'gender', gender FROM customer
  UNION ALL SELECT customer_no, 'birth-date', birth_date FROM customer
  UNION ALL SELECT customer_no, 'birth-place', birth_place FROM customer
  UNION ALL SELECT customer_no, 'organization', organization FROM customer
  UNION ALL SELECT customer_no, 'job-title', job_title FROM customer
  UNION ALL SELECT customer_no, 'email', email FROM customer
  UNION ALL SELECT customer_no, 'phone', phone FROM customer
  UNION ALL SELECT customer_no, 'street', street FROM customer
  UNION ALL SELECT customer_no, 'house-number', house_number FROM customer
  UNION ALL SELECT customer_no, 'unit', unit FROM customer
  UNION ALL SELECT customer_no, 'city', city FROM customer
  UNION ALL SELECT customer_no, 'region', region FROM customer
  UNION ALL SELECT customer_no, 'postcode', postcode FROM customer
  UNION ALL SELECT customer_no, 'country', country FROM customer
  UNION ALL SELECT customer_no, 'address', address FROM customer
  UNION ALL SELECT customer_no, 'website', website FROM customer
) f ON f.customer_no = c.customer_no
WHERE c.record_count = 1 AND f.value IS NOT NULL;

CREATE VIEW validation_trend AS
SELECT started_at, run_id, rule, source, severity, outcome, checked, failed,
  round(100.0 * failed / max(checked, 1), 3) AS failed_percent,
  round(100.0 * failed / max(checked, 1)
    - lag(100.0 * failed / max(checked, 1)) OVER (PARTITION BY rule, source ORDER BY started_at, run_id), 3) AS change
FROM validation
ORDER BY rule, source, started_at, run_id;
