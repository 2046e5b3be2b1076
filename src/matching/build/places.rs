//! Addresses of all records.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::Part;
use super::cells::{AHEAD, Cells, Known, Texts};
use crate::normalize::{address, postcode};
use crate::record::Kind;
use crate::text::fold;

/// Texts of an address, in this order.
const STREET: usize = 0;
const HOUSE: usize = 1;
const UNIT: usize = 2;
const CITY: usize = 3;
const REGION: usize = 4;
const POSTCODE: usize = 5;
const PARTS: usize = 6;

/// Homes by number: street, house, and postcode or city (true). Who shares these lives at one address.
pub(super) type Homes = HashMap<(u32, u32, bool, u32), u32, FixedState>;

fn parts(a: &address::Address, texts: &mut Texts) {
    for part in [&a.street, &a.house, &a.unit, &a.city, &a.region] {
        texts.push(part);
    }
    texts.push(&a.postcode.to_lowercase());
}

/// From a cell to its normal form.
type Normalizer<'f> = &'f (dyn Fn(&str) -> String + Sync);

impl Part {
    pub(super) fn addresses<'k, 'c: 'k>(
        &mut self,
        of: &(impl Fn(Kind) -> Vec<&'k Known<'c>> + Sync),
        n: usize,
    ) {
        let several = |kind: Kind, f: fn(&str) -> address::Address| {
            let cells = move |k| Cells::new(k, PARTS, |cell, texts| parts(&f(cell), texts));
            of(kind).into_iter().map(cells)
        };
        let mut columns: Vec<Cells> = several(Kind::Street, address::street)
            .chain(several(Kind::Address, address::whole))
            .collect();
        let lines = columns.len();
        // columns of one part, each with the part it gives
        let mut gives: Vec<usize> = Vec::new();
        let code = |cell: &str| {
            let code = postcode::postcode(cell, None);
            code.map_or_else(|| fold::fold(cell).replace(' ', ""), |p| p.normal)
                .to_lowercase()
        };
        let single: [(Kind, usize, Normalizer); 5] = [
            (Kind::HouseNumber, HOUSE, &fold::fold),
            (Kind::Unit, UNIT, &fold::fold),
            (Kind::City, CITY, &address::city),
            (Kind::Region, REGION, &address::region),
            (Kind::Postcode, POSTCODE, &code),
        ];
        for (kind, part, f) in single {
            for known in of(kind) {
                columns.push(Cells::new(known, 1, |cell, texts| texts.push(&f(cell))));
                gives.push(part);
            }
        }
        let frame = &mut self.frame;
        for r in 0..n {
            if r % AHEAD == 0 {
                columns.iter().for_each(|c| c.look_ahead(r));
            }
            let mut from: [Option<(usize, usize)>; PARTS] = [None; PARTS];
            for (at, cells) in columns[..lines].iter().enumerate() {
                let street_known = from[STREET].is_some();
                for (part, from) in from.iter_mut().enumerate() {
                    let fixed = street_known && part == HOUSE;
                    if from.is_none() && !fixed && cells.has(r, part) {
                        *from = Some((at, part));
                    }
                }
            }
            let mut own = [false; PARTS];
            for (at, part) in gives.iter().enumerate() {
                if !own[*part] && columns[lines + at].has(r, 0) {
                    own[*part] = true;
                    from[*part] = Some((lines + at, 0));
                }
            }
            let mut ids = [0; PARTS];
            for (part, terms) in [
                &mut frame.street,
                &mut frame.house,
                &mut frame.unit,
                &mut frame.city,
                &mut frame.region,
                &mut frame.postcode,
            ]
            .into_iter()
            .enumerate()
            {
                if let Some((column, text)) = from[part] {
                    ids[part] = columns[column].id(r, text, &mut terms.values);
                }
                terms.ids.push(ids[part]);
            }
            let (street, house) = (ids[STREET], ids[HOUSE]);
            if street != 0 && house != 0 {
                for part in [POSTCODE, CITY] {
                    if ids[part] != 0 {
                        let next = self.homes.len() as u32 + 1;
                        let home = (street, house, part == CITY, ids[part]);
                        self.scratch.push(*self.homes.entry(home).or_insert(next));
                    }
                }
            }
            frame.place.push(&mut self.scratch);
        }
    }
}
