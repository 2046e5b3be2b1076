//! What single operations cost, in nanoseconds: kernels beside strsim, normalizers, folding, sorting, union-find.
//!
//! `cargo bench --bench micro` prints one Markdown table. Each figure is the least of several rounds, so that a busy
//! machine disturbs it little.
#![allow(
    clippy::print_stdout,
    reason = "a measuring program for developers: it prints"
)]

use std::hint::black_box;
use std::time::Instant;

use selfsame::cluster::UnionFind;
use selfsame::matching::learn::SplitMix;
use selfsame::normalize::{address, email, name, phone};
use selfsame::text::edit::{self, Short};
use selfsame::text::fold;

const ROUNDS: usize = 9;

fn main() {
    println!("| operation | ns |\n|---|---|");
    let words = words(2000);
    let pairs: Vec<(&str, &str)> = (0..words.len())
        .map(|i| (words[i].as_str(), words[(i * 7 + 1) % words.len()].as_str()))
        .collect();
    let each = |label: &str, work: &dyn Fn(&str, &str)| {
        row(label, pairs.len(), || {
            for (a, b) in &pairs {
                work(a, b);
            }
        });
    };
    each("Jaro–Winkler", &|a, b| {
        black_box(edit::jaro_winkler(a.as_bytes(), b.as_bytes()));
    });
    each("Jaro–Winkler, strsim", &|a, b| {
        black_box(strsim::jaro_winkler(a, b));
    });
    each("optimal string alignment", &|a, b| {
        black_box(edit::osa(a.as_bytes(), b.as_bytes()));
    });
    each("optimal string alignment within 1", &|a, b| {
        black_box(edit::osa_within(a.as_bytes(), b.as_bytes(), 1));
    });
    each("optimal string alignment, strsim", &|a, b| {
        black_box(strsim::osa_distance(a, b));
    });
    let shorts: Vec<Option<Short>> = words.iter().map(|w| Short::new(w.as_bytes())).collect();
    row("one edit at most, in one word", shorts.len(), || {
        for (i, a) in shorts.iter().enumerate() {
            let b = shorts[(i * 7 + 1) % shorts.len()];
            black_box(a.zip(b).is_some_and(|(a, b)| a.one_edit(b)));
        }
    });
    let one = |label: &str, cells: &[&str], work: &dyn Fn(&str)| {
        row(label, cells.len() * 100, || {
            for cell in cells.iter().cycle().take(cells.len() * 100) {
                work(black_box(cell));
            }
        });
    };
    one("fold ASCII", &["Mara Lindqvist", "OKONKWO"], &|c| {
        black_box(fold::fold(c));
    });
    one(
        "fold other letters",
        &["Mära Lindqvist", "Łukasz"],
        &|c| {
            black_box(fold::fold(c));
        },
    );
    one(
        "full name",
        &["Dr. Mara Ines Lindqvist", "Okonkwo, Bill"],
        &|c| {
            black_box(name::full(c));
        },
    );
    one("e-mail", &["Mara.L+news@Example.com"], &|c| {
        black_box(email::emails(c));
    });
    one("phone", &["(212) 555-0123", "+44 20 7946 0123"], &|c| {
        black_box(phone::phones(c, Some(*b"US")));
    });
    one(
        "street",
        &["12 Oak Street, Suite 4", "Lindenallee 17a"],
        &|c| {
            black_box(address::street(c));
        },
    );
    let mut random = SplitMix(1);
    let entries: Vec<u64> = (0..1_000_000).map(|_| random.draw()).collect();
    row(
        "sort_unstable, an element of a million",
        entries.len(),
        || {
            let mut sorted = entries.clone();
            sorted.sort_unstable();
            black_box(sorted);
        },
    );
    row("union-find, an edge of a million", entries.len(), || {
        let mut sets = UnionFind::new(entries.len());
        for e in &entries {
            let (a, b) = (e % 1_000_000, (e >> 32) % 1_000_000);
            black_box(sets.join(a as u32, b as u32));
        }
    });
}

/// Prints the least time of one of `count` operations that `work` does.
fn row(label: &str, count: usize, work: impl Fn()) {
    let least = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e9 / count as f64
        })
        .fold(f64::INFINITY, f64::min);
    println!("| {label} | {least:.1} |");
}

/// Pronounceable words of four to eleven letters.
fn words(count: usize) -> Vec<String> {
    let mut random = SplitMix(7);
    (0..count)
        .map(|_| {
            let syllables = 2 + random.below(3);
            let mut word = String::new();
            for _ in 0..syllables {
                word.push(char::from(b"bdfghklmnprstvz"[random.below(15) as usize]));
                word.push(char::from(b"aeiou"[random.below(5) as usize]));
                if random.below(3) == 0 {
                    word.push(char::from(b"lnrs"[random.below(4) as usize]));
                }
            }
            word
        })
        .collect()
}
