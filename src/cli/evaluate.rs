//! `selfsame evaluate`: clusters against the truth.

use super::args::EvaluateArgs;
use super::exit::Exit;
use super::talk::{self, Talk, count};
use super::{Outcome, data};
use crate::evaluate::Rates;
use crate::pipeline::evaluate::{Evaluated, Evaluation, evaluate as score};

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or stdout not be written.
pub fn evaluate(args: &EvaluateArgs, talk: Talk) -> Outcome {
    let truth = args.truth.display().to_string();
    let clusters = args.clusters.display().to_string();
    let file = args.data.as_ref().map(|d| d.display().to_string());
    let source = args.source.as_deref().filter(|_| args.unique_sources);
    let evaluated = score(&Evaluation {
        truth: &truth,
        clusters: &clusters,
        source: source.map(|s| (s, file.as_deref())),
    })?;
    if args.json {
        let mut json = serde_json::to_value(evaluated.score)
            .map_err(|e| crate::pipeline::Error::Bug(e.to_string()))?;
        json["left_out"] = evaluated.left_out.into();
        json["unknown"] = evaluated.unknown.into();
        data(&format!("{json:#}\n"))?;
    } else {
        data(&table(&evaluated))?;
    }
    if evaluated.unknown > 0 {
        talk.warn(&format!(
            "{} of the clusters file are not in the truth and were not scored\n  hint: are both files of the same data, with the same record ids?",
            talk::counted(evaluated.unknown as u64, "record", "records")
        ));
    }
    Ok(Exit::Done)
}

fn table(evaluated: &Evaluated) -> String {
    let s = &evaluated.score;
    let line = |name: &str, r: &Rates| {
        format!(
            "{name:<24}{:>10.4}{:>10.4}{:>10.4}\n",
            r.precision, r.recall, r.f1
        )
    };
    let mut t = format!(
        "{:<24}{:>10}{:>10}{:>10}\n",
        "", "precision", "recall", "F1"
    );
    t += &line("pairwise", &s.pairwise.rates);
    t += &line("B-cubed", &s.b3);
    t += &line("cluster-exact", &s.cluster_exact);
    t += &line("  of two or more", &s.cluster_exact_multi);
    t += "\n";
    let figure = |name: &str, n: u64| format!("{name:<38}{:>16}\n", count(n));
    t += &figure("records", s.records);
    t += &figure(
        "records left out (count as single)",
        evaluated.left_out as u64,
    );
    t += &figure("true customers", s.entities);
    t += &figure("clusters", s.clusters);
    t += &figure("true pairs", s.pairwise.truth);
    t += &figure("predicted pairs", s.pairwise.predicted);
    t += &figure("predicted pairs that are true", s.pairwise.tp);
    t += &figure("over-merged clusters", s.over_merged_clusters);
    t += &figure("  records in them", s.over_merged_records);
    t += &figure("under-merged customers", s.under_merged_entities);
    t += &figure("largest cluster", s.largest_cluster);
    t += &figure("largest true customer", s.largest_entity);
    t
}
