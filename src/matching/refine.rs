//! Decisions teach: judged pairs as the model sees them, and the model as it stands after them.

use super::{Settings, score};
use crate::compare::Comparator;
use crate::weigh::Model;
use crate::weigh::refine::{Judged, refine as correct};

/// The model after what the judged pairs say, and in words what came of them; unchanged and silent when there are none.
#[must_use]
pub(super) fn refine(
    comparator: &Comparator,
    model: Model,
    settings: &Settings,
) -> (Model, Option<String>) {
    let (same, different) = (&settings.must_link, &settings.cannot_link);
    if same.is_empty() && different.is_empty() {
        return (model, None);
    }
    let judged: Vec<Judged> = [(same, true), (different, false)]
        .into_iter()
        .flat_map(|(pairs, same)| pairs.iter().map(move |(a, b)| (*a.min(b), *a.max(b), same)))
        .map(|(a, b, same)| {
            let (vector, weighed) = score::weigh(comparator, &model, a.index(), b.index());
            Judged {
                vector,
                weight: weighed.weight,
                same,
            }
        })
        .collect();
    let counts = format!(
        "{} pairs judged the same customer, {} different",
        same.len(),
        different.len()
    );
    match correct(&model, &judged) {
        Some(refined) => {
            let remark = format!(
                "{counts}: the model was refined by them; a judged pair that it had not seen surprised it by {:.2} bits instead of {:.2}",
                refined.after, refined.before
            );
            (refined.model, Some(remark))
        }
        None => (
            model,
            Some(format!(
                "{counts}: they hold, and the model stays as it learned: they do not evidently contradict it"
            )),
        ),
    }
}
