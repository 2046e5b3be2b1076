//! The countries of sample customers: how often each occurs, and its customs of names, postcodes and addresses.

use super::dice::Dice;
use super::vocabulary::{Town, WORDS, Words};

/// A country of sample customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    Us,
    Gb,
    De,
    Fr,
    Es,
    It,
    Pl,
    Nl,
    Ru,
    Cn,
    Sa,
}

/// All countries with their share of a thousand households.
pub(crate) const LOCALES: [(Locale, u64); 11] = [
    (Locale::Us, 340),
    (Locale::Gb, 200),
    (Locale::De, 130),
    (Locale::Fr, 85),
    (Locale::Es, 70),
    (Locale::It, 40),
    (Locale::Pl, 35),
    (Locale::Nl, 25),
    (Locale::Ru, 30),
    (Locale::Cn, 25),
    (Locale::Sa, 20),
];

impl Locale {
    pub(crate) fn words(self) -> &'static Words {
        &WORDS[self as usize]
    }

    /// Alpha-2 code, English name, another name.
    pub(crate) fn country(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Us => ("US", "United States", "USA"),
            Self::Gb => ("GB", "United Kingdom", "UK"),
            Self::De => ("DE", "Germany", "Deutschland"),
            Self::Fr => ("FR", "France", "FRANCE"),
            Self::Es => ("ES", "Spain", "España"),
            Self::It => ("IT", "Italy", "Italia"),
            Self::Pl => ("PL", "Poland", "Polska"),
            Self::Nl => ("NL", "Netherlands", "Nederland"),
            Self::Ru => ("RU", "Russia", "Россия"),
            Self::Cn => ("CN", "China", "中国"),
            Self::Sa => ("SA", "Saudi Arabia", "المملكة العربية السعودية"),
        }
    }

    /// Currency of orders.
    pub(crate) fn currency(self) -> &'static str {
        match self {
            Self::Us => "USD",
            Self::Gb => "GBP",
            Self::Pl => "PLN",
            Self::Ru | Self::Cn | Self::Sa => "USD",
            _ => "EUR",
        }
    }

    /// Form of address before the name of a man and of a woman.
    pub(crate) fn salutation(self) -> [&'static str; 2] {
        match self {
            Self::De => ["Herr", "Frau"],
            Self::Fr => ["M.", "Mme"],
            Self::Es => ["Sr.", "Sra."],
            Self::It => ["Sig.", "Sig.ra"],
            Self::Pl => ["Pan", "Pani"],
            Self::Nl => ["Dhr.", "Mevr."],
            _ => ["Mr.", "Ms."],
        }
    }

    /// Legal forms of companies, customary spellings of each.
    pub(crate) fn legal_forms(self) -> &'static [[&'static str; 2]] {
        match self {
            Self::Us => &[
                ["Inc.", "Incorporated"],
                ["LLC", "L.L.C."],
                ["Corp.", "Corporation"],
            ],
            Self::Gb => &[["Ltd", "Limited"], ["PLC", "plc"], ["LLP", "LLP"]],
            Self::De => &[
                ["GmbH", "G.m.b.H."],
                ["AG", "AG"],
                ["GmbH & Co. KG", "GmbH & Co KG"],
            ],
            Self::Fr => &[["SARL", "S.A.R.L."], ["SAS", "S.A.S."], ["SA", "S.A."]],
            Self::Es => &[["S.L.", "SL"], ["S.A.", "SA"]],
            Self::It => &[["S.r.l.", "SRL"], ["S.p.A.", "SpA"]],
            Self::Pl => &[["Sp. z o.o.", "sp. z o. o."], ["S.A.", "SA"]],
            Self::Nl => &[["B.V.", "BV"], ["N.V.", "NV"]],
            Self::Ru => &[["OOO", "ООО"]],
            Self::Cn => &[["Co., Ltd.", "Co Ltd"]],
            Self::Sa => &[["Co.", "Company"]],
        }
    }

    /// True where the house number comes before the street.
    pub(crate) fn number_first(self) -> bool {
        matches!(self, Self::Us | Self::Gb | Self::Fr)
    }

    /// True where customers have a name in another script than Latin.
    pub(crate) fn other_script(self) -> bool {
        matches!(self, Self::Ru | Self::Cn | Self::Sa)
    }

    /// True where dates are written day first in local forms.
    pub(crate) fn day_first(self) -> bool {
        !matches!(self, Self::Us | Self::Cn)
    }

    /// The postcode of a street in `town`; one street has one postcode.
    pub(crate) fn postcode(self, town: &Town, dice: &mut Dice) -> String {
        let fill = |dice: &mut Dice, width: usize| -> String {
            let digits = width.saturating_sub(town.post.len());
            let most = 10_u64.pow(digits as u32);
            format!("{}{:0digits$}", town.post, dice.below(most))
        };
        match self {
            Self::Gb => {
                let letters = b"ABDEFGHJLNPQRSTUWXYZ";
                let (a, b) = (dice.pick(letters), dice.pick(letters));
                let (outward, inward) = (1 + dice.below(19), dice.below(10));
                format!(
                    "{}{outward} {inward}{}{}",
                    town.post,
                    char::from(a),
                    char::from(b)
                )
            }
            Self::Pl => format!("{}-{:03}", town.post, dice.below(1000)),
            Self::Nl => {
                let letters = b"ABCDEGHJKLMNPRSTVWXZ";
                let (a, b) = (dice.pick(letters), dice.pick(letters));
                format!(
                    "{}{:02} {}{}",
                    town.post,
                    dice.below(100),
                    char::from(a),
                    char::from(b)
                )
            }
            Self::Ru | Self::Cn => fill(dice, 6),
            _ => fill(dice, 5),
        }
    }
}
