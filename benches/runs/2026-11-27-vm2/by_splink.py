"""Splink 5.0 on DuckDB over the same file: load, train, score, cluster.

    pip install splink==5.0.0 duckdb==2.0.1
    /usr/bin/time -v python by_splink.py flat.csv clusters.csv

Settings as in Splink's own examples for persons; threshold 0.999 for clusters.
"""

import sys
import time
import resource

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

path, out = sys.argv[1:3]
start = time.time()


def lap(what):
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(f"{what:8} {time.time() - start:7.1f} s {cpu:7.1f} CPU s {used.ru_maxrss / 1e6:6.2f} GB", flush=True)


con = duckdb.connect()
con.execute("set threads = 2")
text = ["first_name", "last_name", "email", "address", "city", "postcode", "dob"]
columns = ", ".join(f"nullif(lower(trim({c})), '') {c}" for c in text)
con.execute(
    f"""create table flat as select record_id, {columns},
        nullif(regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g'), '') phone
        from read_csv('{path}', all_varchar = true, header = true)"""
)
db = DuckDBAPI(connection=con)
records = db.register("flat")
lap("load")
settings = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="record_id",
    comparisons=[
        cl.JaroWinklerAtThresholds("first_name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("last_name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.EmailComparison("email"),
        cl.ExactMatch("phone"),
        cl.LevenshteinAtThresholds("dob", [1, 2]),
        cl.JaroWinklerAtThresholds("address", [0.9]),
        cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("email"),
        block_on("phone"),
        block_on("first_name", "last_name"),
        block_on("last_name", "dob"),
        block_on("first_name", "dob"),
        block_on("last_name", "postcode"),
        block_on("last_name", "city"),
        block_on("address"),
    ],
)
linker = Linker(records, settings)
training = linker.training
training.estimate_probability_two_random_records_match(
    [block_on("email"), block_on("first_name", "last_name", "dob")], recall=0.7
)
training.estimate_u_using_random_sampling(max_pairs=1e6)
for rule in (block_on("first_name", "last_name"), block_on("email"), block_on("last_name", "dob")):
    training.estimate_parameters_using_expectation_maximisation(rule)
lap("train")
pairs = linker.inference.predict(threshold_match_probability=None)
lap("score")
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.999)
lap("cluster")
con.execute(f"copy (select record_id, cluster_id from {clusters.physical_name}) to '{out}' (header)")
counter = con.cursor()
print("pairs", counter.execute(f"select count(*) from {pairs.physical_name}").fetchone()[0])
lap("write")
