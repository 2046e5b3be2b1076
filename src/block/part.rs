//! Key parts: what a blocking rule may ask two records to share.

use crate::record::frame::{Frame, TermSets, Terms};
use crate::text::fold;

/// A property of a record that can be shared exactly, as a 32-bit hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Skeleton of the first given name.
    Given,
    /// Sound of the first given name.
    GivenSound,
    /// First letter of the given name.
    GivenInitial,
    /// Skeleton of the family name.
    Family,
    /// Sound of the last family-name word.
    FamilySound,
    /// First three letters of the family name.
    FamilyStart,
    /// Given and family name in either order.
    NamePair,
    /// Sounds of given and family name in either order.
    NamePairSound,
    /// Each of the rarest words of all names.
    NameWord,
    /// Birth date.
    Birth,
    /// Year of birth.
    BirthYear,
    /// Month and day of birth.
    BirthMonthDay,
    /// Each e-mail address.
    Email,
    /// Local part of the e-mail address.
    EmailLocal,
    /// Each phone number.
    Phone,
    /// Each identifier.
    Identifier,
    /// Street, house and place.
    Place,
    /// Street name.
    Street,
    /// House number and unit.
    House,
    /// Postcode.
    Postcode,
    /// First half of the postcode.
    PostcodeArea,
    /// City.
    City,
    /// Organization.
    Organization,
    /// Each of the rarest words of the organization.
    OrganizationWord,
    /// Website.
    Website,
    /// Place of birth.
    BirthPlace,
    /// The n-th further evidence column.
    Attribute(u8),
}

/// Fields that fail together: rules that share no group do not lose a pair to one error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Given name.
    Given,
    /// Family name.
    Family,
    /// Both names.
    Name,
    /// Birth date.
    Birth,
    /// E-mail.
    Email,
    /// Phone.
    Phone,
    /// Identifier.
    Identifier,
    /// Address.
    Address,
    /// Organization and its website.
    Organization,
    /// Birth place.
    BirthPlace,
    /// Attribute columns.
    Attribute(u8),
}

impl Part {
    /// The group of fields it is made of.
    #[must_use]
    pub fn group(self) -> Group {
        use Part as P;
        match self {
            P::Given | P::GivenSound | P::GivenInitial => Group::Given,
            P::Family | P::FamilySound | P::FamilyStart => Group::Family,
            P::NamePair | P::NamePairSound | P::NameWord => Group::Name,
            P::Birth | P::BirthYear | P::BirthMonthDay => Group::Birth,
            P::Email | P::EmailLocal => Group::Email,
            P::Phone => Group::Phone,
            P::Identifier => Group::Identifier,
            P::Place | P::Street | P::House | P::Postcode | P::PostcodeArea | P::City => {
                Group::Address
            }
            P::Organization | P::OrganizationWord | P::Website => Group::Organization,
            P::BirthPlace => Group::BirthPlace,
            P::Attribute(i) => Group::Attribute(i),
        }
    }

    /// The part in words.
    #[must_use]
    pub fn name(self, frame: &Frame) -> String {
        use Part as P;
        let words = match self {
            P::Given => "given name",
            P::GivenSound => "given name sound",
            P::GivenInitial => "given name initial",
            P::Family => "family name",
            P::FamilySound => "family name sound",
            P::FamilyStart => "family name start",
            P::NamePair => "both names in any order",
            P::NamePairSound => "both names' sounds in any order",
            P::NameWord => "rare name word",
            P::Birth => "birth date",
            P::BirthYear => "birth year",
            P::BirthMonthDay => "birth month and day",
            P::Email => "e-mail",
            P::EmailLocal => "e-mail local part",
            P::Phone => "phone",
            P::Identifier => "identifier",
            P::Place => "whole address",
            P::Street => "street",
            P::House => "house number",
            P::Postcode => "postcode",
            P::PostcodeArea => "postcode area",
            P::City => "city",
            P::Organization => "organization",
            P::OrganizationWord => "rare organization word",
            P::Website => "website",
            P::BirthPlace => "birth place",
            P::Attribute(i) => return frame.attributes[i as usize].name.clone(),
        };
        words.to_owned()
    }
}

/// Hashes of one part for all records: `width` slots a record, 0 = none.
#[derive(Clone, Debug)]
pub struct PartKeys {
    /// Slots per record.
    pub width: usize,
    /// Slots that a record might have had, of which no record uses more than `width`.
    pub room: usize,
    /// `keys[record * width + slot]`.
    pub keys: Vec<u32>,
}

/// Slots of multi-valued parts.
const SLOTS: usize = 3;

impl PartKeys {
    /// Keys that stand in so many slots a record.
    #[must_use]
    pub fn of_slots(width: usize, keys: Vec<u32>) -> Self {
        Self {
            width,
            room: width,
            keys,
        }
    }

    /// Keys of `part`, or `None` when fewer than two records have one.
    #[must_use]
    pub fn build(part: Part, frame: &Frame) -> Option<Self> {
        use Part as P;
        let n = frame.len;
        let each = |key: &dyn Fn(usize) -> u32| PartKeys::of_slots(1, (0..n).map(key).collect());
        let word = |id: u32| {
            if id == 0 {
                0
            } else {
                frame.words.skeleton[id as usize]
            }
        };
        let sound = |id: u32| {
            if id == 0 {
                0
            } else {
                frame.words.sound[id as usize]
            }
        };
        let first = |r: usize| {
            frame
                .given
                .words(frame.given.terms.ids[r])
                .first()
                .copied()
                .unwrap_or(0)
        };
        let last = |r: usize| {
            frame
                .family
                .words(frame.family.terms.ids[r])
                .last()
                .copied()
                .unwrap_or(0)
        };
        let keys = match part {
            P::Given => each(&|r| {
                let w = first(r);
                if frame.words.len[w as usize] > 1 {
                    word(w)
                } else {
                    0
                }
            }),
            P::GivenSound => each(&|r| sound(first(r))),
            P::GivenInitial => each(&|r| u32::from(frame.words.initial[first(r) as usize])),
            P::Family => each(&|r| frame.family.skeleton[frame.family.terms.ids[r] as usize]),
            P::FamilySound => each(&|r| sound(last(r))),
            P::FamilyStart => {
                let starts: Vec<u32> = frame
                    .family
                    .terms
                    .values
                    .iter()
                    .map(|v| {
                        if v.len() < 3 {
                            0
                        } else {
                            hash_bytes(&v.as_bytes()[..3])
                        }
                    })
                    .collect();
                each(&|r| starts[frame.family.terms.ids[r] as usize])
            }
            P::NamePair => each(&|r| unordered(word(first(r)), word(last(r)))),
            P::NamePairSound => each(&|r| unordered(sound(first(r)), sound(last(r)))),
            P::NameWord => rarest(&frame.bag, n, |id| {
                (frame.words.counts[id as usize], word(id))
            }),
            P::Birth => each(&|r| {
                if complete(frame.birth[r]) {
                    mix(frame.birth[r])
                } else {
                    0
                }
            }),
            P::BirthYear => each(&|r| mix0(frame.birth[r] / 10_000)),
            P::BirthMonthDay => each(&|r| {
                if frame.birth[r].is_multiple_of(100) {
                    0
                } else {
                    mix0(frame.birth[r] % 10_000)
                }
            }),
            P::Email => rarest(&frame.emails, n, |id| {
                (frame.emails.counts[id as usize], mix(id))
            }),
            P::EmailLocal => terms(&frame.email_local, n),
            P::Phone => rarest(&frame.phones, n, |id| {
                (frame.phones.counts[id as usize], mix(id))
            }),
            P::Identifier => rarest(&frame.identifiers, n, |id| {
                (frame.identifiers.counts[id as usize], mix(id))
            }),
            P::Place => rarest(&frame.place, n, |id| {
                (frame.place.counts[id as usize], mix(id))
            }),
            P::Street => terms(&frame.street, n),
            P::House => terms(&frame.house, n),
            P::Postcode => terms(&frame.postcode, n),
            P::PostcodeArea => {
                let areas: Vec<u32> = frame
                    .postcode
                    .values
                    .iter()
                    .map(|v| {
                        let keep = v.len().div_ceil(2);
                        if v.len() < 4 {
                            0
                        } else {
                            v.get(..keep).map_or(0, |p| hash_bytes(p.as_bytes()))
                        }
                    })
                    .collect();
                each(&|r| areas[frame.postcode.ids[r] as usize])
            }
            P::City => {
                let skeletons: Vec<u32> = frame
                    .city
                    .values
                    .iter()
                    .map(|v| {
                        if v.is_empty() {
                            0
                        } else {
                            hash_bytes(fold::skeleton(v).as_bytes())
                        }
                    })
                    .collect();
                each(&|r| skeletons[frame.city.ids[r] as usize])
            }
            P::Organization => terms(&frame.organization, n),
            P::OrganizationWord => rarest(&frame.organization_words, n, |id| {
                (frame.organization_words.counts[id as usize], mix(id))
            }),
            P::Website => terms(&frame.website, n),
            P::BirthPlace => terms(&frame.birth_place, n),
            P::Attribute(i) => terms(&frame.attributes[i as usize].terms, n),
        };
        (keys.keys.iter().filter(|k| **k != 0).take(2).count() == 2).then_some(keys)
    }

    /// Slots of a record.
    #[must_use]
    pub fn of(&self, record: usize) -> &[u32] {
        &self.keys[record * self.width..(record + 1) * self.width]
    }
}

fn complete(birth: u32) -> bool {
    birth >= 10_000_000 && !birth.is_multiple_of(100) && !(birth / 100).is_multiple_of(100)
}

fn terms(terms: &Terms, n: usize) -> PartKeys {
    PartKeys::of_slots(1, (0..n).map(|r| mix0(terms.ids[r])).collect())
}

/// The rarest values of each record, by (record count, key); values held by one record only propose nothing and are left out.
fn rarest(sets: &TermSets, n: usize, rank: impl Fn(u32) -> (u32, u32)) -> PartKeys {
    if sets.offsets.len() != n + 1 {
        return PartKeys::of_slots(1, vec![0; n]);
    }
    let shared = |r: usize| {
        let ranks = sets.of(r).iter().map(|id| rank(*id));
        ranks.filter(|(count, key)| *count > 1 && *key != 0)
    };
    let most = (0..n).map(|r| shared(r).count()).max().unwrap_or(0);
    let width = most.clamp(1, SLOTS);
    let mut keys = vec![0; n * width];
    let mut ranked: Vec<(u32, u32)> = Vec::new();
    for (r, slots) in keys.chunks_exact_mut(width).enumerate() {
        ranked.clear();
        ranked.extend(shared(r));
        ranked.sort_unstable();
        ranked.dedup();
        for (slot, (_, key)) in slots.iter_mut().zip(&ranked) {
            *slot = *key;
        }
    }
    PartKeys {
        width,
        room: SLOTS,
        keys,
    }
}

fn unordered(a: u32, b: u32) -> u32 {
    if a == 0 || b == 0 {
        0
    } else {
        mix0(mix(a).wrapping_add(mix(b)))
    }
}

fn mix0(x: u32) -> u32 {
    if x == 0 { 0 } else { mix(x) }
}

/// A bijective 32-bit finalizer (Wellons 2018, "lowbias32"), never 0 for a non-zero input.
#[must_use]
pub fn mix(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// FNV-1a (Fowler, Noll & Vo), finalized; never 0.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> u32 {
    let h = bytes.iter().fold(0x811c_9dc5u32, |h, b| {
        (h ^ u32::from(*b)).wrapping_mul(0x0100_0193)
    });
    mix(h).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_keeps_zero_apart_and_pairs_forget_their_order() {
        assert_eq!(mix(0), 0);
        assert!((1..10_000u32).all(|x| mix(x) != 0));
        assert_eq!(unordered(3, 9), unordered(9, 3));
        assert_ne!(unordered(3, 9), unordered(3, 8));
        assert_eq!(unordered(0, 8), 0);
    }
}
