//! Words of folded text and similarity of their sets, blind to order.

use super::edit::jaro_winkler;

/// The words of folded text, in order.
pub fn tokens(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|t| !t.is_empty())
}

/// The words sorted and joined by spaces: one key for all orders of the same words.
#[must_use]
pub fn sorted_token_key(folded: &str) -> String {
    let mut words: Vec<&str> = tokens(folded).collect();
    words.sort_unstable();
    words.join(" ")
}

/// The first characters of the words, in order: `anna maria` gives `am`.
#[must_use]
pub fn initials(folded: &str) -> String {
    tokens(folded).filter_map(|t| t.chars().next()).collect()
}

/// Runs of `q` neighbouring bytes of `s`, in order, repeats included; none when `s` is shorter.
/// With `q` = 0 there are none.
pub fn qgrams(s: &[u8], q: usize) -> impl Iterator<Item = &[u8]> {
    s.windows(q.max(1)).filter(move |_| q > 0)
}

/// Dice coefficient of the bags of `q`-grams, 0..=1: twice the common ones over all. Two strings
/// without any are compared as wholes.
#[must_use]
pub fn qgram_dice(a: &[u8], b: &[u8], q: usize) -> f64 {
    let (common, in_a, in_b) = common_qgrams(a, b, q);
    match in_a + in_b {
        0 => f64::from(u8::from(a == b)),
        all => (2 * common) as f64 / all as f64,
    }
}

/// Jaccard coefficient of the bags of `q`-grams, 0..=1: the common ones over the union. Two
/// strings without any are compared as wholes.
#[must_use]
pub fn qgram_jaccard(a: &[u8], b: &[u8], q: usize) -> f64 {
    let (common, in_a, in_b) = common_qgrams(a, b, q);
    match in_a + in_b - common {
        0 => f64::from(u8::from(a == b)),
        union => common as f64 / union as f64,
    }
}

/// Common `q`-grams (each as often as in both), and how many either string has.
fn common_qgrams(a: &[u8], b: &[u8], q: usize) -> (usize, usize, usize) {
    let mut of_a: Vec<&[u8]> = qgrams(a, q).collect();
    let mut of_b: Vec<&[u8]> = qgrams(b, q).collect();
    of_a.sort_unstable();
    of_b.sort_unstable();
    let (mut i, mut j, mut common) = (0, 0, 0);
    while let (Some(x), Some(y)) = (of_a.get(i), of_b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    (common, of_a.len(), of_b.len())
}

/// Similarity of two strings as sets of words, 0..=1, in either order of arguments and words.
///
/// Words are paired one to one, the most alike first; a pair counts its Jaro–Winkler similarity
/// when that is at least 0.85, and an initial beside a word it starts counts 0.8. The sum, weighted by
/// word length, is taken over both sides (a soft Dice coefficient; Monge & Elkan 1996 made symmetric).
#[must_use]
pub fn token_set_similarity(a: &str, b: &str) -> f64 {
    let weigh = |s| tokens_with(s, |t| t.len() as f64);
    let (a, b) = (weigh(a), weigh(b));
    let all: f64 = a.iter().chain(&b).map(|(_, w)| w).sum();
    if all <= 0.0 {
        return 1.0;
    }
    let paired = paired_words(&a, &b, word_similarity);
    let common: f64 = paired
        .iter()
        .map(|p| p.similarity * (a[p.a].1 + b[p.b].1))
        .sum();
    (common / all).clamp(0.0, 1.0)
}

/// The words with their weights.
fn tokens_with(folded: &str, weight: impl Fn(&str) -> f64) -> Vec<(&str, f64)> {
    tokens(folded).map(|t| (t, weight(t))).collect()
}

/// Jaro–Winkler from 0.85 up, 0.8 for an initial of the other word, else 0.
fn word_similarity(a: &str, b: &str) -> f64 {
    let similarity = jaro_winkler_sorted(a, b);
    if similarity >= 0.85 {
        similarity
    } else if a.len().min(b.len()) == 1 && a.as_bytes().first() == b.as_bytes().first() {
        0.8
    } else {
        0.0
    }
}

/// Jaro–Winkler with its arguments in order, so that it is symmetric to the last bit.
fn jaro_winkler_sorted(a: &str, b: &str) -> f64 {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    jaro_winkler(a.as_bytes(), b.as_bytes())
}

struct PairedWords {
    a: usize,
    b: usize,
    similarity: f64,
}

/// Pairs words one to one, the most alike first (ties: by the words themselves, so that the order
/// of words does not matter), as long as the similarity is above 0.
fn paired_words(
    a: &[(&str, f64)],
    b: &[(&str, f64)],
    similarity: impl Fn(&str, &str) -> f64,
) -> Vec<PairedWords> {
    let mut all = Vec::with_capacity(a.len() * b.len());
    for (i, (x, _)) in a.iter().enumerate() {
        for (j, (y, _)) in b.iter().enumerate() {
            let s = similarity(x, y);
            if s > 0.0 {
                all.push(PairedWords {
                    a: i,
                    b: j,
                    similarity: s,
                });
            }
        }
    }
    let words = |p: &PairedWords| {
        let (x, y) = (a[p.a].0, b[p.b].0);
        if x <= y { (x, y) } else { (y, x) }
    };
    all.sort_by(|p, q| {
        let by_similarity = q.similarity.total_cmp(&p.similarity);
        by_similarity.then_with(|| words(p).cmp(&words(q)))
    });
    let (mut used_a, mut used_b) = (vec![false; a.len()], vec![false; b.len()]);
    all.retain(|p| {
        let free = !used_a[p.a] && !used_b[p.b];
        if free {
            used_a[p.a] = true;
            used_b[p.b] = true;
        }
        free
    });
    all
}

/// Soft TF-IDF of two bags of weighted words (Cohen, Ravikumar & Fienberg 2003), 0..=1: the cosine
/// of the weights, where words count as common when their Jaro–Winkler similarity is at least
/// `threshold`, and then by that similarity. Words are paired one to one, which keeps it symmetric.
///
/// Weights are the caller's, usually log(1 / share of records with the word), and not negative.
/// 0 when a side has no weight.
#[must_use]
pub fn soft_tfidf(a: &[(&str, f64)], b: &[(&str, f64)], threshold: f64) -> f64 {
    let norm = |words: &[(&str, f64)]| words.iter().map(|(_, w)| w * w).sum::<f64>().sqrt();
    let norms = norm(a) * norm(b);
    if norms <= 0.0 {
        return 0.0;
    }
    let similarity = |x: &str, y: &str| {
        let s = if x == y {
            1.0
        } else {
            jaro_winkler_sorted(x, y)
        };
        if s >= threshold { s } else { 0.0 }
    };
    let paired = paired_words(a, b, similarity);
    let common: f64 = paired
        .iter()
        .map(|p| a[p.a].1 * b[p.b].1 * p.similarity)
        .sum();
    (common / norms).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_keys_and_initials() {
        assert_eq!(
            tokens("anna  maria ").collect::<Vec<_>>(),
            ["anna", "maria"]
        );
        assert_eq!(tokens("").count(), 0);
        assert_eq!(sorted_token_key("maria anna"), "anna maria");
        assert_eq!(initials("anna maria 3b"), "am3");
        assert_eq!(
            qgrams(b"anna", 2).collect::<Vec<_>>(),
            [b"an", b"nn", b"na"]
        );
        assert_eq!(qgrams(b"anna", 0).count() + qgrams(b"a", 2).count(), 0);
    }

    #[test]
    fn coefficients_of_known_bags() {
        assert!((qgram_dice(b"night", b"nacht", 2) - 0.25).abs() < 1e-12);
        assert!((qgram_jaccard(b"night", b"nacht", 2) - 1.0 / 7.0).abs() < 1e-12);
        assert!((qgram_dice(b"a", b"a", 2) - 1.0).abs() < 1e-12);
        assert!(qgram_jaccard(b"a", b"b", 2).abs() < 1e-12);
    }

    #[test]
    fn sets_of_words_forgive_order_typos_and_initials() {
        let s = token_set_similarity;
        assert!((s("anna maria jones", "jones anna maria") - 1.0).abs() < 1e-12);
        assert!(s("anna maria jones", "jonse maria anna") > 0.95);
        assert!(s("a jones", "anna jones") > 0.9);
        assert!(s("anna jones", "peter smith") < 0.1);
        assert!(s("anna jones", "") < 1e-12);
        assert!((s("", "") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn rare_words_decide() {
        let a = [("acme", 8.0), ("ltd", 1.0)];
        let b = [("acmee", 8.0), ("inc", 1.0)];
        let c = [("zenith", 8.0), ("ltd", 1.0)];
        assert!(soft_tfidf(&a, &b, 0.9) > 0.9);
        assert!(soft_tfidf(&a, &c, 0.9) < 0.1);
        assert!((soft_tfidf(&a, &a, 0.9) - 1.0).abs() < 1e-12);
        assert!(soft_tfidf(&a, &[], 0.9).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn similarity_is_symmetric_and_bounded(a in "[a-c ]{0,16}", b in "[a-c ]{0,16}") {
            let s = token_set_similarity(&a, &b);
            prop_assert!((0.0..=1.0).contains(&s));
            prop_assert!((s - token_set_similarity(&b, &a)).abs() < 1e-12);
            let (x, y) = (tokens_with(&a, |t| t.len() as f64), tokens_with(&b, |_| 2.0));
            let t = soft_tfidf(&x, &y, 0.8);
            prop_assert!((0.0..=1.0).contains(&t));
            prop_assert!((t - soft_tfidf(&y, &x, 0.8)).abs() < 1e-12);
        }

        #[test]
        fn order_of_words_does_not_matter(a in "[a-c]{1,3}( [a-c]{1,3}){0,4}", b in "[a-c]{1,3}( [a-c]{1,3}){0,4}") {
            let sorted = token_set_similarity(&sorted_token_key(&a), &sorted_token_key(&b));
            prop_assert!((token_set_similarity(&a, &b) - sorted).abs() < 1e-12);
        }

        #[test]
        fn the_same_words_are_equal(a in "[a-e]{1,5}( [a-e]{1,5}){0,4}") {
            prop_assert!((token_set_similarity(&a, &a) - 1.0).abs() < 1e-12);
        }

        #[test]
        fn bags_of_qgrams_agree_with_counting(a in "[ab]{0,12}", b in "[ab]{0,12}", q in 1_usize..4) {
            let (x, y) = (a.as_bytes(), b.as_bytes());
            let mut left: Vec<&[u8]> = qgrams(y, q).collect();
            let common = qgrams(x, q).filter(|g| {
                let found = left.iter().position(|h| h == g);
                found.map(|i| left.swap_remove(i)).is_some()
            });
            let found = common_qgrams(x, y, q).0;
            prop_assert_eq!(found, common.count());
        }
    }
}
