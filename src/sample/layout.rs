//! Which record belongs to which customer and household: one tile of the plan, repeated with other names as often as needed.
//!
//! Record `i` is slot `i % TILE` of tile `i / TILE`, so any record can be made alone and in constant memory.

use super::dice::Dice;
use super::locale::{LOCALES, Locale};

/// Records in a tile.
pub(crate) const TILE: u64 = 8192;
const LAYOUT: u64 = 1;
/// Per 1000 customers, how many have 1, 2, … 6 records: 23 % of records are of a customer who has another before.
const COPIES: [u64; 6] = [802, 135, 39, 14, 7, 3];

/// What kind of group of customers lives together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Single,
    Couple,
    /// Parents and children.
    Family,
    /// Parents and children, two of them born on one day.
    Twins,
    /// Parents and a son with his father's name.
    Junior,
    Organization,
    /// Two people of one name in one town who are no relatives.
    Namesakes,
}

/// A household or organization of the plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
    pub(crate) locale: Locale,
    /// Customers of the same country before this group.
    pub(crate) before: u64,
}

/// Where a record belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    /// Place of the group in the plan.
    pub(crate) group: u32,
    /// Which customer of the group.
    pub(crate) member: u8,
    /// Place of the customer in the plan.
    pub(crate) entity: u32,
}

/// The plan of one tile.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) groups: Vec<Group>,
    pub(crate) slots: Vec<Slot>,
    /// Customers of each country in a tile.
    pub(crate) of_locale: [u64; LOCALES.len()],
    /// Customers in a tile.
    pub(crate) entities: u64,
}

impl Layout {
    /// The plan of the run with this seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, LAYOUT, 0);
        let mut plan = Self {
            groups: Vec::new(),
            slots: Vec::with_capacity(TILE as usize + 64),
            of_locale: [0; LOCALES.len()],
            entities: 0,
        };
        while (plan.slots.len() as u64) < TILE {
            plan.add_group(&mut dice);
        }
        plan.slots.truncate(TILE as usize);
        plan
    }

    fn add_group(&mut self, dice: &mut Dice) {
        let place = dice.weighted(&LOCALES.map(|(_, share)| share));
        let locale = LOCALES[place].0;
        let kind = [
            Kind::Single,
            Kind::Couple,
            Kind::Family,
            Kind::Twins,
            Kind::Junior,
            Kind::Organization,
            Kind::Namesakes,
        ][dice.weighted(&[630, 160, 110, 12, 16, 60, 12])];
        let members = match kind {
            Kind::Single | Kind::Organization => 1,
            Kind::Couple | Kind::Namesakes => 2,
            Kind::Family => 3 + dice.below(3),
            Kind::Twins => 4 + dice.below(2),
            Kind::Junior => 3,
        };
        let group = self.groups.len() as u32;
        self.groups.push(Group {
            kind,
            locale,
            before: self.of_locale[place],
        });
        for member in 0..members as u8 {
            let copies = 1 + dice.weighted(&COPIES);
            let slot = Slot {
                group,
                member,
                entity: self.entities as u32,
            };
            self.slots.extend(std::iter::repeat_n(slot, copies));
            self.entities += 1;
        }
        self.of_locale[place] += members;
    }
}
