//! Headers that say more of a column than its kind: it holds secrets, it names the same record elsewhere, it marks deleted rows.
//!
//! The phrases are the public field names of common systems and the plain words for them; written for this project.

use super::headers::tokens;
use std::collections::HashSet;
use std::sync::OnceLock;

/// What a column is for, beside its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Passwords, tokens, card numbers: never stored and never shown.
    Secret,
    /// The key of a record that is the same customer: the one it was merged into or converted to.
    SameAs,
    /// Keys of records that were merged into this one.
    Absorbed,
    /// Whether, or when, the record was deleted.
    Deleted,
}

/// What stands in place of a secret.
pub const WITHHELD: &str = "[withheld]";

/// Words that make a header one of secrets wherever they stand in it.
const SECRETS: &str = "password|passwd|pwd|passphrase|passwort|kennwort|mot de passe|contrasena|contraseña|senha|\
wachtwoord|haslo|hasło|heslo|lösenord|adgangskode|passord|salasana|jelszó|parola|parolă|şifre|пароль|κωδικός πρόσβασης|密码|密碼|\
パスワード|비밀번호|암호|كلمة المرور|كلمة السر|salt|token|tokens|api key|api keys|secret|secrets|passwords|private key|access key|security answer|otp seed|\
credit card|debit card|card number|card num|card no|cc number|cc num|cc no|card pan|kreditkarte|kreditkartennummer|\
carte bancaire|tarjeta de credito|numero de tarjeta|cartao de credito|carta di credito|creditcard|cvv|cvv2|cvc|cvc2|\
card security code|card verification|security code|card pin|pin number|geheimzahl|暗証番号|one time password|user pass|login pass";
/// Cards that are no means of payment, and the word for a card that follows.
const OTHER_CARDS: &str = "loyalty|membership|member|customer|client|identity|id|club|bonus|library|health|insurance|\
medicare|sim|business|vip|discount|staff|student";

/// Whole headers, without what `AROUND` takes off.
const SAME_AS: &str = "master record id|master id|merged into|merged into id|merged into record id|merged to|merged to id|\
mcr id|survivor id|surviving id|survivor record id|surviving record id|duplicate of|duplicate of id|canonical vid|vid to merge|\
canonical id|canonical segment id|converted contact id|converted person id|converted to contact id|contactid value|\
originating lead id|originatingleadid value|converted from lead id|zusammengeführt in|fusionado en|fusionné dans";
const ABSORBED: &str = "merged record ids|merged contact ids|merged company ids|merged lead ids|merged ids|merged vids|merged object ids|calculated merged vids|merged from|merged from ids|\
absorbed ids|merged record id list|zusammengeführte ids|ids fusionados|ids fusionnés";
const DELETED: &str = "is deleted|deleted|deleted at|deleted on|deleted date|date deleted|delete time|permanently deleted|archived|\
is archived|archived at|is marked for archiving|marked for deletion|soft deleted|statecode|is merged|merged|gelöscht|supprimé|eliminado|\
cancellato|verwijderd|usunięty";
/// Words before a header that say whose it is.
const AROUND: &[&str] = &[
    "properties",
    "contact",
    "lead",
    "account",
    "person",
    "customer",
    "user",
    "client",
    "hs",
    "party",
    "record",
];

struct Phrases {
    secrets: HashSet<String>,
    longest: usize,
    other_cards: HashSet<String>,
    whole: Vec<(HashSet<String>, Role)>,
}

fn phrases() -> &'static Phrases {
    static PHRASES: OnceLock<Phrases> = OnceLock::new();
    PHRASES.get_or_init(|| {
        let joined = |text: &str| text.split('|').map(|p| tokens(p).concat()).collect();
        Phrases {
            secrets: joined(SECRETS),
            longest: SECRETS
                .split('|')
                .map(|p| tokens(p).len())
                .max()
                .unwrap_or(1),
            other_cards: joined(OTHER_CARDS),
            whole: vec![
                (joined(SAME_AS), Role::SameAs),
                (joined(ABSORBED), Role::Absorbed),
                (joined(DELETED), Role::Deleted),
            ],
        }
    })
}

/// The role of a column with this header, or of a value at this path of a nested record.
#[must_use]
pub fn role(header: &str) -> Option<Role> {
    let words = tokens(header);
    if holds_secrets(&words) {
        return Some(Role::Secret);
    }
    let mut words = words.as_slice();
    // `merged ids 0`: an item of a list
    while let [rest @ .., last] = words
        && last.bytes().all(|b| b.is_ascii_digit())
    {
        words = rest;
    }
    loop {
        let whole = words.concat();
        let of = |(set, role): &(HashSet<String>, Role)| set.contains(&whole).then_some(*role);
        if let Some(role) = phrases().whole.iter().find_map(of) {
            return Some(role);
        }
        match words {
            [first, rest @ ..] if AROUND.contains(&first.as_str()) => words = rest,
            _ => return None,
        }
    }
}

fn holds_secrets(words: &[String]) -> bool {
    let known = phrases();
    (0..words.len()).any(|from| {
        let to = words.len().min(from + known.longest);
        let harmless = from > 0 && known.other_cards.contains(&words[from - 1]);
        (from + 1..=to).any(|to| known.secrets.contains(&words[from..to].concat()))
            && !(harmless && words[from].starts_with("card"))
    })
}

/// Whether a cell of a column of deletions says that its record is deleted: a yes, or the moment of it.
#[must_use]
pub fn says_deleted(cell: &str) -> bool {
    const YES: &str = "1 true t yes y x ja wahr oui vrai si sí sim verdadero verdadeiro vero tak inactive deleted archived merged";
    let cell = cell.trim().to_lowercase();
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let moment = digits >= 8
        && cell.bytes().any(|b| (b'1'..=b'9').contains(&b))
        && cell.starts_with(|c: char| c.is_ascii_digit());
    YES.split(' ').any(|yes| yes == cell) || moment
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headers_of_common_systems_have_their_role() {
        for (header, wanted) in [
            ("password_hash", Some(Role::Secret)),
            ("user.credentials.resetToken", Some(Role::Secret)),
            ("Credit Card Number", Some(Role::Secret)),
            ("CardNumber", Some(Role::Secret)),
            ("CVV", Some(Role::Secret)),
            ("Kreditkartennummer", Some(Role::Secret)),
            ("rp_token", Some(Role::Secret)),
            ("Пароль", Some(Role::Secret)),
            ("Loyalty Card Number", None),
            ("id_card_no", None),
            ("Card Type", None),
            ("Business card", None),
            ("MasterRecordId", Some(Role::SameAs)),
            ("ConvertedContactId", Some(Role::SameAs)),
            ("ConvertedAccountId", None),
            ("_contactid_value", Some(Role::SameAs)),
            ("Merged Into", Some(Role::SameAs)),
            ("Merged record IDs", Some(Role::Absorbed)),
            ("Merged contact IDs", Some(Role::Absorbed)),
            ("properties.hs_merged_object_ids", Some(Role::Absorbed)),
            ("properties.hs_calculated_merged_vids", Some(Role::Absorbed)),
            ("merged_ids.2", Some(Role::Absorbed)),
            ("IsDeleted", Some(Role::Deleted)),
            ("permanently_deleted", Some(Role::Deleted)),
            ("archived", Some(Role::Deleted)),
            ("statecode", Some(Role::Deleted)),
            ("State code", Some(Role::Deleted)),
            ("Status", None),
            ("Master", None),
            ("id", None),
            ("contact", None),
            ("", None),
        ] {
            assert_eq!(role(header), wanted, "{header}");
        }
    }

    #[test]
    fn deletion_is_a_yes_or_a_moment() {
        for cell in [
            "true",
            "1",
            " Yes ",
            "Inactive",
            "2024-03-01T10:00:00Z",
            "20240301",
            "1709287200000",
        ] {
            assert!(says_deleted(cell), "{cell}");
        }
        for cell in [
            "",
            "false",
            "0",
            "no",
            "Active",
            "0000-00-00 00:00:00",
            "n/a",
            "2",
        ] {
            assert!(!says_deleted(cell), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn any_header_can_be_read(header in "\\PC{0,24}") {
            prop_assert!(header.len() > 200 || role(&header).is_none_or(|r| r != Role::Secret || !header.is_empty()));
        }
    }
}
