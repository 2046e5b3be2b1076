//! scratch: quality on labelled sets
use selfsame::matching;
use selfsame::record::*;
use std::collections::{BTreeMap, HashMap};
fn kind(h: &str) -> Kind {
    match h {
        "record_id" => Kind::RecordKey,
        "source" => Kind::Source,
        "given_name" | "first_name" | "fname_c1" | "fname_c2" => Kind::GivenName,
        "surname" | "last_name" | "lname_c1" | "lname_c2" => Kind::FamilyName,
        "full_name" | "first_and_surname" => Kind::FullName,
        "street_number" => Kind::HouseNumber,
        "address_1" | "address" => Kind::Street,
        "suburb" | "city" => Kind::City,
        "postcode" | "postcode_fake" | "zip" => Kind::Postcode,
        "state" | "region" => Kind::Region,
        "date_of_birth" | "dob" => Kind::BirthDate,
        "soc_sec_id" => Kind::Identifier,
        "email" => Kind::Email,
        "phone" | "mobile" | "fax" => Kind::Phone,
        "company" | "site_name" => Kind::Organization,
        "country" => Kind::Country,
        "gender" => Kind::Gender,
        "birth_place" => Kind::BirthPlace,
        "occupation" | "program_name" | "agency" | "neighborhood" | "executive_director"
        | "center_director" => Kind::Attribute,
        "by" => Kind::BirthYear,
        "bm" => Kind::BirthMonth,
        "bd" => Kind::BirthDay,
        "website" => Kind::Website,
        _ => Kind::Ignore,
    }
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let name = &args[1];
    let verbose = args.iter().any(|a| a == "-v");
    let nth = args.iter().position(|a| a == "-e");
    let dir = std::env::var("QDIR").unwrap_or("/work/shared/data".into());
    let dir = dir.as_str();
    let mut rd = csv::Reader::from_path(format!("{dir}/{name}.csv")).unwrap();
    let heads: Vec<String> = rd.headers().unwrap().iter().map(String::from).collect();
    let mut t = SourceTable {
        name: name.clone(),
        columns: heads
            .iter()
            .map(|h| Column {
                name: h.clone(),
                ..Column::default()
            })
            .collect(),
        ..SourceTable::default()
    };
    for (i, r) in rd.records().enumerate() {
        let r = r.unwrap();
        for (c, v) in t.columns.iter_mut().zip(r.iter()) {
            let id = c.values.intern(v.trim());
            c.ids.push(id);
        }
        t.origins.push(Origin {
            file: 0,
            row: i as u64 + 1,
            byte: 0,
        });
        t.keys.push(r[0].into());
    }
    t.canonicalize();
    let link = name.starts_with("febrl4");
    let mut ds = Dataset {
        tables: vec![t],
        ..Dataset::default()
    };
    ds.number();
    let n = ds.len();
    if link {
        let c = &ds.tables[0].columns[1];
        ds.source_of = (0..n).map(|r| u16::from(c.value(r) == "b")).collect();
        ds.source_names = vec!["a".into(), "b".into()];
    } else {
        ds.source_of = vec![0; n];
        ds.source_names = vec![name.clone()];
    }
    #[cfg(any())]
    let m = ();
    let m = TableMapping {
        source: name.clone(),
        columns: heads
            .iter()
            .map(|h| ColumnMapping {
                column: h.clone(),
                kind: kind(h),
                label: None,
                date_order: Some(DateOrder::Dmy),
                confidence: 1.0,
                reason: String::new(),
                given: true,
            })
            .collect(),
        region: None,
        organizations: false,
    };
    let s = matching::Settings {
        unique_sources: link,
        ..Default::default()
    };
    let t0 = std::time::Instant::now();
    let out = matching::run(&ds, &[m], &s, &());
    let secs = t0.elapsed().as_secs_f64();
    let truth: HashMap<String, String> = csv::Reader::from_path(format!("{dir}/{name}.truth.csv"))
        .unwrap()
        .records()
        .map(|r| {
            let r = r.unwrap();
            (r[0].to_string(), r[1].to_string())
        })
        .collect();
    let ent: Vec<&str> = ds.tables[0]
        .keys
        .iter()
        .map(|k| truth[&**k].as_str())
        .collect();
    let mut e2 = BTreeMap::new();
    let ents: Vec<u32> = ent
        .iter()
        .map(|e| {
            let l = e2.len() as u32;
            *e2.entry(*e).or_insert(l)
        })
        .collect();
    let sc = selfsame::evaluate::score(
        &ents,
        &out.clusters.of,
        if link { Some(&ds.source_of) } else { None },
    );
    // true pairs & reached
    let src = &ds.source_of;
    let mut tp = 0u64;
    {
        let mut g: HashMap<u32, Vec<usize>> = HashMap::new();
        for (i, e) in ents.iter().enumerate() {
            g.entry(*e).or_default().push(i);
        }
        let mut reached = 0u64;
        let mut miss = vec![];
        for v in g.values() {
            for i in 0..v.len() {
                for j in i + 1..v.len() {
                    if link && src[v[i]] == src[v[j]] {
                        continue;
                    }
                    tp += 1;
                    if out.reached(v[i], v[j]) {
                        reached += 1
                    } else {
                        miss.push((v[i], v[j]))
                    }
                }
            }
        }
        print!(
            "{name:16} n={n} true={tp} reach={:.4} ppr={:.1} ",
            reached as f64 / tp as f64,
            out.facts.pairs_scored as f64 / n as f64
        );
        miss.sort();
        if let Some(k) = nth {
            if args[k + 1] == "b" {
                println!();
                for (a, b) in miss.iter().step_by((miss.len() / 25).max(1)) {
                    show(&ds, *a);
                    show(&ds, *b);
                    println!("--");
                }
            }
        }
    }
    // pair-level best f1, at threshold
    let mut ps: Vec<(f64, bool)> = out
        .pairs
        .iter()
        .map(|p| (p.weight.0, ents[p.left.index()] == ents[p.right.index()]))
        .collect();
    ps.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut best, mut bt, mut c) = (0.0, 0.0, 0u64);
    for (i, (w, s)) in ps.iter().enumerate() {
        c += u64::from(*s);
        let f = 2.0 * c as f64 / ((i + 1) as f64 + tp as f64);
        if f > best {
            best = f;
            bt = *w
        }
    }
    let j = serde_json::to_value(&sc).unwrap();
    println!(
        "pw P{:.4} R{:.4} F{:.4} b3 P{:.4} R{:.4} F{:.4} | pairF best {best:.4} at {bt:.1} bits | thr {:.3} lam {:.2e} {secs:.2}s",
        j["pairwise"]["precision"].as_f64().unwrap(),
        j["pairwise"]["recall"].as_f64().unwrap(),
        j["pairwise"]["f1"].as_f64().unwrap(),
        j["b3"]["precision"].as_f64().unwrap(),
        j["b3"]["recall"].as_f64().unwrap(),
        j["b3"]["f1"].as_f64().unwrap(),
        out.facts.match_threshold.0,
        out.facts.prior.0
    );
    if verbose {
        for (s, t) in &out.timings {
            print!("  {s} {t:.2}");
        }
        println!();
        for r in &out.facts.rules {
            println!(
                "  {:60} pairs {:8} new {:8} matches {:7} largest {} refined {}",
                r.name, r.pairs, r.new_pairs, r.matches, r.largest, r.refined
            );
        }
        for c in &out.facts.comparisons {
            println!("  {}", c.name);
            for l in &c.levels {
                println!(
                    "      {:28} m {:.5} u {:.6} w {:6.2} pairs {:8} matches {}",
                    l.label, l.m, l.u, l.weight.0, l.pairs, l.matches
                );
            }
        }
        // calibration by bins
        let mut bins = vec![(0u64, 0u64, 0.0f64); 10];
        for p in &out.pairs {
            let pr = p.weight.probability().0;
            let b = ((pr * 10.0) as usize).min(9);
            bins[b].0 += 1;
            bins[b].2 += pr;
            bins[b].1 += u64::from(ents[p.left.index()] == ents[p.right.index()]);
        }
        for (i, b) in bins.iter().enumerate() {
            if b.0 > 0 {
                println!(
                    "  p {:.1}: {} true {:.3} said {:.3}",
                    i as f64 / 10.0,
                    b.0,
                    b.1 as f64 / b.0 as f64,
                    b.2 / b.0 as f64
                );
            }
        }
        for l in out.model_lines() {
            println!("  {l}");
        }
    }
    if let Some(k) = nth {
        let what = args[k + 1].as_str();
        let mut bad: Vec<_> = out
            .pairs
            .iter()
            .filter(|p| {
                let same = ents[p.left.index()] == ents[p.right.index()];
                let m = p.weight.probability().0 >= out.facts.match_threshold.0;
                match what {
                    "f" => m && !same,
                    "m" => !m && same,
                    _ => false,
                }
            })
            .collect();
        println!("{} pairs", bad.len());
        let step = (bad.len() / 20).max(1);
        bad = bad.into_iter().step_by(step).collect();
        for p in bad {
            show(&ds, p.left.index());
            show(&ds, p.right.index());
            let e = out.explain(p.left, p.right);
            print!("   {:.2} prior {:.1}", e.weight.0, e.prior.0);
            for c in &e.comparisons {
                print!(" | {} {} {:.1}", c.comparison, c.level, c.weight.0);
            }
            println!("\n--");
        }
    }
}
fn show(ds: &Dataset, r: usize) {
    let t = &ds.tables[0];
    println!(
        "{}",
        t.columns
            .iter()
            .map(|c| c.value(r))
            .collect::<Vec<_>>()
            .join(" | ")
    );
}
