//! Telephone numbers that no one has: only ranges set aside for films and examples.
//!
//! Sources (facts): North American Numbering Plan 555-0100 to 555-0199; Ofcom "Telephone numbers for use in TV and radio drama";
//! Bundesnetzagentur, Mitteilung 148/2021 "Drama Numbers"; ARCEP, numbers for audiovisual works (décision 2018-0881).
//! Countries without such a range get no telephone number.

use super::dice::Dice;
use super::locale::Locale;
use super::vocabulary::Town;

/// A number in its parts: calling code, area, subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phone {
    pub(crate) locale: Locale,
    area: &'static str,
    local: String,
}

/// Area codes of the United States in which 555-01xx is set aside.
const AREAS: &[&str] = &[
    "201", "202", "203", "205", "206", "207", "208", "209", "210", "212", "213", "214", "215",
    "216", "217", "218", "219", "224", "225", "228", "229", "231", "234", "239", "240", "248",
    "251", "252", "253", "254", "256", "260", "262", "267", "269", "270", "276", "281", "301",
    "302", "303", "304", "305", "307", "308", "309", "310", "312", "313", "314", "315", "316",
    "317", "318", "319", "320", "321", "323", "325", "330", "334", "336", "337", "339", "347",
    "351", "352", "360", "361", "386", "401", "402", "404", "405", "406", "407", "408", "409",
    "410", "412", "413", "414", "415", "417", "419", "423", "425", "430", "432", "434", "435",
    "440", "443", "469", "478", "479", "480", "484", "501", "502", "503", "504", "505", "507",
    "508", "509", "510", "512", "513", "515", "516", "517", "518", "520", "530", "540", "541",
    "551", "559", "561", "562", "563", "567", "570", "571", "573", "574", "580", "585", "586",
    "601", "602", "603", "605", "606", "607", "608", "609", "610", "612", "614", "615", "616",
    "617", "618", "619", "620", "623", "626", "630", "631", "636", "641", "646", "650", "651",
    "660", "661", "662", "678", "701", "702", "703", "704", "706", "707", "708", "712", "713",
    "714", "715", "716", "717", "718", "719", "720",
];

/// The mobile number of the `ordinal`-th customer of a country; none twice before the range is used up.
pub(crate) fn mobile(locale: Locale, ordinal: u64) -> Option<Phone> {
    let (area, local) = match locale {
        Locale::Us => {
            let area = AREAS[(ordinal * 37 % AREAS.len() as u64) as usize];
            // Each turn through the areas uses another number in all of them.
            let turn = ordinal / AREAS.len() as u64 + ordinal % AREAS.len() as u64 * 3;
            (area, format!("55501{:02}", 50 + turn * 17 % 50))
        }
        Locale::Gb => ("7700", format!("900{:03}", ordinal * 387 % 1000)),
        Locale::De if ordinal.is_multiple_of(3) => {
            let at = ordinal / 3;
            let number = at / 2 * 37 % 100;
            match at % 2 {
                0 => ("171", format!("39200{number:02}")),
                _ => ("176", format!("040690{number:02}")),
            }
        }
        Locale::Fr => ("6", format!("3998{:04}", ordinal * 3847 % 10_000)),
        _ => return None,
    };
    Some(Phone {
        locale,
        area,
        local,
    })
}

/// The landline of the `ordinal`-th household of a country, in or near its town.
pub(crate) fn landline(locale: Locale, town: &Town, ordinal: u64) -> Option<Phone> {
    let (area, local) = match locale {
        Locale::Us => (town.dial, format!("55501{:02}", ordinal * 17 % 50)),
        Locale::Gb => {
            let number = ordinal * 387 % 1000;
            match town.dial {
                "" => ("1632", format!("960{number:03}")),
                "20" => ("20", format!("79460{number:03}")),
                "29" => ("29", format!("20180{number:03}")),
                "191" => ("191", format!("4980{number:03}")),
                dial => (dial, format!("4960{number:03}")),
            }
        }
        Locale::De => {
            let block = match town.dial {
                "30" => "23125",
                "40" => "66969",
                "69" => "90009",
                "89" => "99998",
                "221" => "4710",
                _ => return None,
            };
            (town.dial, format!("{block}{:03}", ordinal * 387 % 1000))
        }
        Locale::Fr => {
            let block = match town.dial {
                "1" => "9900",
                "2" => "6191",
                "3" => "5301",
                "4" => "6571",
                _ => "3649",
            };
            (town.dial, format!("{block}{:04}", ordinal * 3847 % 10_000))
        }
        _ => return None,
    };
    Some(Phone {
        locale,
        area,
        local,
    })
}

impl Phone {
    /// The number with one of its last two digits wrong: still within the range set aside.
    pub(crate) fn slipped(&self, dice: &mut Dice) -> Self {
        let mut local = self.local.clone();
        let last = local.split_off(local.len().saturating_sub(2));
        let number = last.parse::<u64>().unwrap_or(0);
        // In the North American range both digits are free too: 555-0100 to 555-0199.
        let (tens, ones) = (number / 10, number % 10);
        let wrong = match dice.below(3) {
            0 => ones * 10 + tens,
            1 => tens * 10 + (ones + 1 + dice.below(9)) % 10,
            _ => (tens + 1 + dice.below(9)) % 10 * 10 + ones,
        };
        local.push_str(&format!("{wrong:02}"));
        Self {
            local,
            ..self.clone()
        }
    }

    /// The number as someone in its country, or a program, writes it.
    pub(crate) fn written(&self, dice: &mut Dice) -> String {
        let (area, local) = (self.area, self.local.as_str());
        let code = match self.locale {
            Locale::Us => "1",
            Locale::Gb => "44",
            Locale::De => "49",
            _ => "33",
        };
        let style = dice.below(6);
        if style == 0 {
            return format!("+{code}{area}{local}");
        }
        let (head, tail) = local.split_at(local.len().saturating_sub(4));
        match (self.locale, style) {
            (Locale::Us, 1) => format!("({area}) {head}-{tail}"),
            (Locale::Us, 2) => format!("{area}-{head}-{tail}"),
            (Locale::Us, 3) => format!("{area}.{head}.{tail}"),
            (Locale::Us, 4) => format!("{area}{head}{tail}"),
            (Locale::Us, _) => format!("+1 {area}-{head}-{tail}"),
            (_, 1) => format!("00{code} {area} {head}{tail}"),
            (Locale::Fr, 2 | 3) => pairs(&format!("0{area}{local}"), dice.pick(&[" ", "."])),
            (Locale::Fr, 4) => format!("+33 {area} {}", pairs(local, " ")),
            (Locale::De, 2) => format!("0{area}/{local}"),
            (Locale::De, 3) => format!("+49 (0){area} {head}{tail}"),
            (_, 4) => format!("0{area}{local}"),
            (_, 5) => format!("+{code} {area} {head} {tail}"),
            _ => format!("0{area} {head} {tail}"),
        }
    }
}

fn pairs(digits: &str, separator: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i.is_multiple_of(2) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}
