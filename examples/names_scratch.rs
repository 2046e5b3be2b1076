//! scratch
use selfsame::normalize::{address, name, organization};
use std::io::{BufRead, Write};
fn main() {
    let mode = std::env::args().nth(1).unwrap();
    let stdin = std::io::stdin();
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let lines: Vec<String> = stdin.lock().lines().map(|l| l.unwrap()).collect();
    if mode.starts_with("time-") {
        for _ in 0..2 {
            let t = std::time::Instant::now();
            let mut n = 0;
            for l in &lines {
                n += match &mode[5..] {
                    "given" => name::given(l).given.len(),
                    "family" => name::family(l).family.len(),
                    "full" => name::full(l).family.len(),
                    "org" => organization::organization(l).normal.len(),
                    "street" => address::street(l).street.len(),
                    "whole" => address::whole(l).street.len(),
                    "city" => address::city(l).len(),
                    _ => 0,
                };
            }
            eprintln!(
                "{mode} {} values {} ns each ({n})",
                lines.len(),
                t.elapsed().as_nanos() as usize / lines.len().max(1)
            );
        }
        return;
    }
    for l in lines {
        let text = match mode.as_str() {
            "given" => person(&name::given(&l)),
            "family" => person(&name::family(&l)),
            "full" => person(&name::full(&l)),
            "org" => {
                let o = organization::organization(&l);
                format!("[{}] form={} acr={}", o.normal, o.legal_form, o.acronym)
            }
            "street" => addr(&address::street(&l)),
            "whole" => addr(&address::whole(&l)),
            "city" => address::city(&l),
            "region" => address::region(&l),
            _ => panic!(),
        };
        writeln!(out, "{l:45} -> {text}").unwrap();
    }
}
fn person(p: &name::PersonName) -> String {
    let mut s = format!("g[{}] m[{}] f[{}]", p.given, p.middle, p.family);
    if p.suffix != name::Suffix::None {
        s += &format!(" {:?}", p.suffix);
    }
    for (k, v) in [
        ("hon", &p.honorific),
        ("nick", &p.nickname),
        ("prev", &p.previous_family),
        ("terr", &p.territory),
        ("partner", &p.partner),
    ] {
        if !v.is_empty() {
            s += &format!(" {k}={v}");
        }
    }
    if p.second_person {
        s += " TWO";
    }
    if p.looks_like_organization {
        s += " ORG";
    }
    s
}
fn addr(a: &address::Address) -> String {
    let mut s = format!("s[{}] h[{}]", a.street, a.house);
    for (k, v) in [
        ("end", &a.house_end),
        ("unit", &a.unit),
        ("box", &a.po_box),
        ("city", &a.city),
        ("reg", &a.region),
        ("pc", &a.postcode),
        ("ctry", &a.country),
        ("rest", &a.rest),
    ] {
        if !v.is_empty() {
            s += &format!(" {k}={v}");
        }
    }
    s
}
