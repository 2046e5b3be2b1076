//! Values that stand for *nothing was given*: `n/a`, `unknown`, `test@test.com`, `000-000`. They become missing, so
//! that two records without a phone never agree on having none.
//!
//! The word lists are compiled by hand for this project. Words that are also names of people
//! (`Null`, `Na`, `Nan`, `Nil`) count only as computers write them, in lower case or in capitals.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use crate::lexicon::phone_parts::is_calling_code;
use crate::lexicon::word_key::word_key;

/// Whole cells, folded: separators do not matter.
const WORDS: &str = "\
n/a|not available|not applicable|not provided|not given|not known|not specified|not stated|not set|not disclosed|\
not supplied|not recorded|not found|not entered|none|none given|none provided|no|nothing|unknown|unkown|unknwon|unk|\
undefined|undisclosed|unspecified|unnamed|anonymous|anon|missing|empty|blank|void|tbd|tba|tbc|to be determined|\
to be advised|to be confirmed|pending|dummy|dummy value|default|test|test test|testing|tester|test user|testuser|\
test customer|test account|sample|example|temp|placeholder|do not use|donotuse|do not call|delete|deleted|to delete|\
delete me|duplicate|invalid|error|no value|no data|no entry|no name|noname|no first name|no last name|no surname|\
first name|last name|firstname|lastname|surname|name|your name|full name|customer|customer name|guest|guest guest|\
walk in|walkin|walk in customer|walk in client|walk in guest|cash customer|cash sale|cash sales|counter sale|counter sales|\
pos customer|laufkunde|laufkundschaft|barverkauf|barkunde|thekenverkauf|client comptoir|client de passage|vente comptoir|\
cliente contado|cliente de contado|cliente mostrador|venta mostrador|público general|público en general|consumidor final|\
cliente occasionale|vendita al banco|baliekunde|balieverkoop|losse verkoop|klient detaliczny|sprzedaż detaliczna|\
розничный покупатель|розничные покупатели|частное лицо|физлицо|kontantkund|kontantkunde|kontantsalg|perakende müşteri|\
perakende satış|πελάτης λιανικής|散客|零售客户|店頭客|\
no email|noemail|no mail|nomail|no e-mail|no email address|email|email address|your email|no phone|nophone|no number|\
no telephone|no tel|no mobile|phone|phone number|telephone|mobile|no address|noaddress|address|street|city|no city|\
zip|postcode|xx|xxx|xxxx|foo|bar|foobar|foo bar|lorem ipsum|asdf|asdfg|asdfgh|asdfasdf|asd|asdasd|sdf|sdfsdf|dfg|\
qwe|qwer|qwert|qwerty|qwertz|azerty|zxcv|zxcvb|abc|abcd|abcdef|abc123|aaa bbb|blah|bla|blabla|john doe test|\
(null)|<null>|#n/a|#na|#value!|#ref!|#name?|#div/0!|nullvalue|none none|null null|unknown unknown|n/a n/a|\
k.a.|k. a.|keine angabe|keine angaben|keine|kein|keiner|nicht angegeben|nicht bekannt|nicht vorhanden|unbekannt|entfällt|\
ohne|ohne angabe|fehlt|leer|keine email|keine e-mail|keine mail|kein telefon|keine telefonnummer|löschen|platzhalter|\
nicht zutreffend|nichts|o. a.|musterfirma|muster gmbh|\
inconnu|inconnue|non renseigné|non renseignée|non communiqué|non disponible|non applicable|aucun|aucune|néant|neant|\
sans|vide|pas de mail|pas d'email|pas de téléphone|à compléter|a completer|non précisé|non connu|essai|\
desconocido|desconocida|no disponible|no aplica|no consta|no tiene|ninguno|ninguna|sin datos|sin especificar|sin email|\
sin correo|sin teléfono|sin nombre|vacío|prueba|no facilitado|no informado|s/n datos|s/d|\
sconosciuto|sconosciuta|non specificato|nessuno|nessuna|non indicato|vuoto|prova|non fornito|\
desconhecido|desconhecida|não informado|não disponível|nenhum|nenhuma|não tem|teste|vazio|sem email|sem nome|não aplicável|\
onbekend|niet bekend|geen|niet beschikbaar|nvt|n.v.t.|leeg|niet opgegeven|geen email|geen telefoon|\
brak|nieznany|nieznana|nie podano|brak danych|nie dotyczy|nie ma|brak email|neznámý|neznámá|neznámé|neuvedeno|žádný|\
není|neuvedené|neznámy|neznáma|žiadny|nezadáno|nincs|ismeretlen|nincs adat|necunoscut|necunoscuta|nu are|fara|\
okänd|saknas|ingen|inget|ej angivet|uppgift saknas|ukendt|ikke oplyst|ukjent|ikke oppgitt|tuntematon|ei tiedossa|ei ole|\
puuttuu|tundmatu|nezināms|nežinoma|bilinmiyor|yok|bilinmeyen|belirtilmemiş|deneme|άγνωστο|άγνωστος|δεν υπάρχει|\
неизвестно|неизвестен|неизвестный|неизвестна|нет|нет данных|не указан|не указано|не указана|отсутствует|тест|н/д|\
невідомо|немає|не вказано|неизвестна|няма|неизвестно|тестов|nepoznato|nepoznat|nema|neznano|ni podatka|\
غير معروف|غير متوفر|لا يوجد|مجهول|لاشيء|اختبار|غير محدد|נעלם|לא ידוע|אין|נסיון|نامشخص|ندارد|\
未知|不详|不明|无|無|没有|沒有|暂无|测试|測試|未填写|保密|なし|無し|テスト|未定|未入力|없음|미상|알수없음|테스트|모름|\
अज्ञात|ไม่มี|ไม่ทราบ|không|không có|không rõ|chưa có|tidak ada|tidak diketahui|kosong|tiada|wala|hakuna";

/// Folded words that are names too when written with one capital.
const AS_MACHINES_WRITE: &str = "null|na|nan|nil|nul";

static WORD_SET: LazyLock<HashSet<String, FixedState>> = LazyLock::new(|| {
    WORDS
        .split('|')
        .map(|w| word_key(w).into_owned())
        .filter(|k| !k.is_empty())
        .collect()
});

static DEAD_LOCAL_SET: LazyLock<HashSet<&str, FixedState>> =
    LazyLock::new(|| DEAD_LOCALS.split_ascii_whitespace().collect());
static DEAD_HOST_SET: LazyLock<HashSet<&str, FixedState>> =
    LazyLock::new(|| DEAD_HOSTS.split_ascii_whitespace().collect());

/// Takes a raw cell of any kind, gives true when it holds no value: empty, only punctuation, a word for nothing, the
/// same character over and over, a run of keys. Single letters and digits are values.
#[must_use]
pub fn is_placeholder(cell: &str) -> bool {
    let cell = cell.trim();
    let Some(first) = cell.chars().next() else {
        return true;
    };
    if begins_like_none(cell) {
        return false;
    }
    let mut room = [0; LONGEST];
    let key = match short_key(cell, &mut room) {
        Ok(key) => Cow::Borrowed(key),
        Err(true) => return false,
        Err(false) => word_key(cell),
    };
    if key.is_empty() {
        // Letters of scripts without case or decomposition still fold to themselves: nothing is left of signs only.
        return !cell.chars().any(char::is_alphanumeric);
    }
    if key.len() <= 4 && AS_MACHINES_WRITE.split('|').any(|w| w == key) {
        let cased = cell.chars().filter(|c| c.is_alphabetic());
        let lower = cased.clone().filter(|c| c.is_lowercase()).count();
        return lower == 0
            || first.is_lowercase()
            || cell == "NaN"
            || !first.is_alphabetic()
            || cell.contains('/');
    }
    WORD_SET.contains(key.as_ref()) || is_one_character(&key)
}

/// Takes a raw cell of kind postcode, gives true when it is a placeholder. One digit over and over is a place in many
/// countries (`33333` is Gütersloh) unless it is 0 or 9.
#[must_use]
pub fn is_placeholder_postcode(cell: &str) -> bool {
    let used = |c: char| matches!(c, '1'..='8');
    is_placeholder(cell)
        && !(cell.contains(used) && cell.chars().all(|c| used(c) || !c.is_alphanumeric()))
}

/// Letters and digits by which most cells are told from all placeholders.
const START: usize = 3;
/// What a letter or digit can be.
const SIGNS: usize = 36;

/// Which starts of ASCII keys are those of a placeholder, by [`start_of`].
static STARTS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut starts = vec![false; SIGNS.pow(START as u32)];
    let words = WORD_SET.iter().map(String::as_str);
    for word in words.chain(AS_MACHINES_WRITE.split('|')) {
        if let Some(start) = start_of(word) {
            starts[start] = true;
        }
    }
    // the same character over and over
    (0..SIGNS).for_each(|sign| starts[(sign * SIGNS + sign) * SIGNS + sign] = true);
    starts
});

/// The first letters and digits of an ASCII text as a number; `None` when it has fewer.
fn start_of(text: &str) -> Option<usize> {
    let mut signs = text.bytes().filter_map(|b| match b {
        b'0'..=b'9' => Some(b - b'0'),
        _ if b.is_ascii_alphabetic() => Some(b.to_ascii_lowercase() - b'a' + 10),
        _ => None,
    });
    let mut start = 0;
    for _ in 0..START {
        start = start * SIGNS + usize::from(signs.next()?);
    }
    Some(start)
}

/// Whether a cell begins as no placeholder does, which spares a look at the rest of it.
fn begins_like_none(cell: &str) -> bool {
    cell.is_ascii() && start_of(cell).is_some_and(|start| !STARTS[start])
}

/// Bytes of the longest key in [`WORD_SET`] that is ASCII, at least.
const LONGEST: usize = 24;

/// The key of an ASCII cell without asking for memory. `Err(true)` when it is too long and too varied for a placeholder,
/// `Err(false)` when that cannot be told here.
fn short_key<'k>(cell: &str, room: &'k mut [u8; LONGEST]) -> Result<&'k str, bool> {
    if !cell.is_ascii() {
        return Err(false);
    }
    let mut len = 0;
    for b in cell.bytes().filter(u8::is_ascii_alphanumeric) {
        if len == LONGEST {
            return Err(room.iter().any(|k| *k != room[0]));
        }
        room[len] = b.to_ascii_lowercase();
        len += 1;
    }
    std::str::from_utf8(&room[..len]).map_err(|_| false)
}

/// The [`word_key`] of a text, in `room` where it fits.
fn key_in<'k>(room: &'k mut [u8; LONGEST], text: &'k str) -> Cow<'k, str> {
    match short_key(text, room) {
        Ok(key) => Cow::Borrowed(key),
        Err(_) => word_key(text),
    }
}

/// Three or more of one character, when that character is no letter but `x`, or five or more of any one.
fn is_one_character(key: &str) -> bool {
    let mut chars = key.chars();
    let Some(first) = chars.next() else {
        return false;
    };
    let mut count = 1;
    for c in chars {
        if c != first {
            return false;
        }
        count += 1;
    }
    count >= 5 || (count >= 3 && matches!(first, '0' | '9' | 'x')) || (count == 2 && first == 'x')
}

/// Local parts nobody is reached at.
const DEAD_LOCALS: &str = "noreply donotreply noreplay none no na null nil unknown nomail noemail noemailaddress test tester testing test1 \
test123 testuser asdf asd qwerty qwe abc xxx xx x a aa aaa foo bar foobar nobody nowhere notgiven notprovided notavailable \
noone invalid example dummy fake sample user username email mail customer youremail name yourname keine keinemail \
keineemail sinemail sincorreo notiene aucun pasdemail sansmail geen geenemail brak nema notknown anonymous anon placeholder \
123 1234 12345 123456 0 00 000 1 111 refused declined none1 nonegiven mailerdaemon spam deleted";
/// Domains (without their last label) that hold no mailbox of a customer.
const DEAD_HOSTS: &str = "none no na null nil unknown nomail noemail nomails noemails noreply test tester testing asdf asd qwerty abc xxx xx x \
a aa aaa foo bar foobar nowhere notgiven notprovided notavailable invalid dummy fake email mail domain company keine keinemail \
keineemail sinemail aucun geen brak placeholder 123 1234 noemailaddress yourdomain domainname anonymous \
noaddress nodomain none1 deleted";
/// Domains whose owner-less local parts only are placeholders: real people have mail there.
const OPEN_HOSTS: &str = "gmail hotmail yahoo outlook mail email abc";

/// Takes a raw cell of kind e-mail, gives true when it is no address of a person: a word for nothing, `test@test.com`,
/// `noreply@…`, `none@none.com`.
#[must_use]
pub fn is_placeholder_email(cell: &str) -> bool {
    let cell = cell.trim();
    let Some((local, host)) = cell.split_once('@') else {
        return is_placeholder(cell);
    };
    let name = host.rsplit_once('.').map_or(host, |(name, _)| name);
    let mut rooms = [[0; LONGEST]; 2];
    let [for_local, for_name] = &mut rooms;
    let (local, name) = (key_in(for_local, local), key_in(for_name, name));
    if matches!(
        local.as_ref(),
        "noreply" | "donotreply" | "noemail" | "nomail" | "noreplay" | "mailerdaemon"
    ) {
        return true;
    }
    let dead_local =
        local.is_empty() || DEAD_LOCAL_SET.contains(local.as_ref()) || is_one_character(&local);
    let same = local == name
        || matches!(
            name.as_ref(),
            "noemail" | "nomail" | "none" | "noreply" | "keineemail"
        );
    if !dead_local && !same {
        return false;
    }
    let dead_host = name.is_empty()
        || DEAD_HOST_SET.contains(name.as_ref())
        || is_one_character(&name)
        || is_reserved(host);
    let open = OPEN_HOSTS.split_ascii_whitespace().any(|h| h == name);
    (dead_local && (dead_host || open) && !(open && local.len() == 1))
        || (dead_host && !open && same)
}

/// `example.com`, `.invalid`, `.test` and the like (RFC 2606, RFC 6761) hold a placeholder when the local part is one.
fn is_reserved(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or("");
    matches!(last, "invalid" | "test" | "example" | "localhost" | "local")
        || matches!(host.as_str(), "example.com" | "example.org" | "example.net")
}

/// Takes a raw cell of kind phone, gives true when its digits are no number: none at all, fewer than two different
/// ones among the last six or more, a run up or down (`123456789`, `0123456`, `987654321`).
#[must_use]
pub fn is_placeholder_phone(cell: &str) -> bool {
    let mut digits = [0_u8; 24];
    let mut count = 0;
    let mut letters = false;
    for c in cell.chars() {
        if let Some(d) = decimal(c) {
            if count < digits.len() {
                digits[count] = d;
                count += 1;
            }
        } else if c.is_alphabetic() {
            letters = true;
        }
    }
    if count == 0 {
        return !letters || is_placeholder(cell);
    }
    let digits = &digits[..count];
    // What follows the calling or area code decides: `+1 000 000 0000`, `(555) 000-0000` stays a number's shape.
    let tail_same =
        |n: usize| count >= n && digits[count - n..].iter().all(|d| *d == digits[count - 1]);
    let all_same = digits.iter().all(|d| *d == digits[0]);
    let up = digits.windows(2).all(|w| w[1] == (w[0] + 1) % 10);
    let down = digits.windows(2).all(|w| w[0] == (w[1] + 1) % 10);
    all_same
        || (count >= 10 && tail_same(count.saturating_sub(3).max(7)))
        || tail_same(9)
        || (count >= 5 && (up || down))
}

/// Takes a number in international form, gives true when one digit that is not 0 is all that stands behind its calling
/// code: `+4722222222`. It looks like a placeholder, and is somebody's where the plan has it.
#[must_use]
pub fn repeats_behind_code(number: &str) -> bool {
    let digits = number.trim_start_matches('+');
    let last = digits.chars().next_back().filter(|d| *d != '0');
    last.is_some_and(|d| is_calling_code(digits.trim_end_matches(d)))
}

/// The value of a decimal digit of the scripts customer data comes in.
#[must_use]
pub(crate) fn decimal(c: char) -> Option<u8> {
    const ZEROS: &[char] = &[
        '0', '\u{0660}', '\u{06F0}', '\u{07C0}', '\u{0966}', '\u{09E6}', '\u{0A66}', '\u{0AE6}',
        '\u{0B66}', '\u{0BE6}', '\u{0C66}', '\u{0CE6}', '\u{0D66}', '\u{0E50}', '\u{0ED0}',
        '\u{0F20}', '\u{1040}', '\u{17E0}', '\u{FF10}',
    ];
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    ZEROS.iter().find_map(|zero| {
        let distance = (c as u32).checked_sub(*zero as u32)?;
        u8::try_from(distance).ok().filter(|d| *d < 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The look at the start alone never denies what the whole cell says.
        #[test]
        fn no_placeholder_begins_like_none(
            at in 0usize..1000, same in "[0-9a-zA-Z]", count in 1usize..7, gap in "[-/ .]{0,2}", more in "[a-z0-9]{0,1}",
        ) {
            let words: Vec<&str> = WORDS.split('|').chain(AS_MACHINES_WRITE.split('|')).collect();
            let word = words[at % words.len()].to_uppercase();
            for cell in [word + &gap + &more, (same + &gap).repeat(count)] {
                let key = word_key(&cell);
                if WORD_SET.contains(key.as_ref()) || is_one_character(&key) {
                    prop_assert!(!begins_like_none(&cell), "{}", cell);
                }
            }
        }
    }

    #[test]
    fn codes_and_numbers_of_one_digit_may_be_real() {
        for code in ["33333", "44444", "111 11", "111-1111", "1111"] {
            assert!(!is_placeholder_postcode(code), "{code}");
        }
        for none in ["00000", "99999", "0000", "n/a", "-", "xxxxx"] {
            assert!(is_placeholder_postcode(none), "{none}");
        }
        for number in ["+4722222222", "+4533333333", "+420222222222"] {
            assert!(repeats_behind_code(number), "{number}");
        }
        for number in ["+61400000000", "+77777777777", "+493011111111", "+1", ""] {
            assert!(!repeats_behind_code(number), "{number}");
        }
    }

    #[test]
    fn words_for_nothing_in_many_languages() {
        for cell in [
            "",
            " ",
            "-",
            "--",
            ".",
            "?",
            "n/a",
            "N/A",
            "NA",
            "na",
            "n.a.",
            "None",
            "NONE",
            "null",
            "NULL",
            "(null)",
            "nan",
            "NaN",
            "#N/A",
            "unknown",
            "Unknown",
            "UNKNOWN",
            "tbd",
            "xxx",
            "XX",
            "test",
            "Test",
            "asdf",
            "qwerty",
            "0000",
            "000",
            "99999",
            "no email",
            "No E-Mail",
            "not provided",
            "keine Angabe",
            "k.A.",
            "unbekannt",
            "inconnu",
            "Néant",
            "desconocido",
            "sin datos",
            "sconosciuto",
            "não informado",
            "onbekend",
            "n.v.t.",
            "brak",
            "nieznany",
            "neznámý",
            "nincs",
            "okänd",
            "ukendt",
            "tuntematon",
            "bilinmiyor",
            "неизвестно",
            "нет",
            "не указано",
            "غير معروف",
            "לא ידוע",
            "未知",
            "不明",
            "なし",
            "없음",
            "_____",
            "aaaaaa",
            "undefined",
            "first name",
            "anonymous",
        ] {
            assert!(is_placeholder(cell), "{cell:?}");
        }
    }

    #[test]
    fn no_word_for_nothing_is_too_long_to_be_found() {
        let keys = WORD_SET.iter().filter(|k| k.is_ascii());
        let longest = keys.max_by_key(|k| k.len()).unwrap();
        assert!(longest.len() <= LONGEST, "{longest}");
        for cell in [
            "-".repeat(40),
            "7".repeat(40),
            format!("{}b", "a ".repeat(40)),
        ] {
            assert_eq!(is_placeholder(&cell), !cell.ends_with('b'), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn a_short_key_is_the_key(cell in "[a-cA-C0-2 .-]{0,30}") {
            let mut room = [0; LONGEST];
            match short_key(&cell, &mut room) {
                Ok(key) => prop_assert_eq!(key, word_key(&cell)),
                Err(_) => prop_assert!(word_key(&cell).len() > LONGEST),
            }
        }
    }

    #[test]
    fn real_values_are_left_alone() {
        for cell in [
            "Null",
            "Na",
            "Nan",
            "Nil",
            "Anna",
            "Bo",
            "X Æ",
            "A",
            "0",
            "7",
            "Otto",
            "Lee",
            "李",
            "111",
            "Testa",
            "Noone Ltd",
            "No 5",
            "Emma",
            "Abby",
            "Tester & Söhne",
            "Ooo",
            "Mmm",
            "Novotná",
        ] {
            assert!(!is_placeholder(cell), "{cell:?}");
        }
    }

    #[test]
    fn mail_addresses_of_nobody() {
        for cell in [
            "test@test.com",
            "TEST@TEST.COM",
            "noreply@example.com",
            "no-reply@shop.example",
            "none@none.com",
            "none@none.none",
            "n/a",
            "noemail@noemail.com",
            "noemail@noemail",
            "na@na.com",
            "asdf@asdf.com",
            "a@a.com",
            "test@example.com",
            "x@x.x",
            "xxx@xxx.com",
            "test@gmail.com",
            "nomail@gmail.com",
            "123@123.com",
            "customer@shop.example",
            "jane@noemail.com",
            "@",
            "none",
            "keine@keine.de",
            "user@domain.com",
            "abc@abc.com",
        ] {
            assert!(is_placeholder_email(cell), "{cell}");
        }
        for cell in [
            "jane@example.com",
            "jane@test.com",
            "info@acme.example",
            "a@gmail.com",
            "tester@acme.com",
            "name.surname@gmail.com",
            "testa@gmail.com",
            "jane@mail.com",
            "jane@abc.com",
            "anna@email.com",
        ] {
            assert!(!is_placeholder_email(cell), "{cell}");
        }
    }

    #[test]
    fn phones_of_nobody() {
        for cell in [
            "",
            "-",
            "n/a",
            "000",
            "0000000000",
            "000-000-0000",
            "+0",
            "1111111111",
            "123456789",
            "1234567890",
            "0123456789",
            "012345678",
            "987654321",
            "+1 000 000 0000",
            "999999999",
            "99999",
            "٠٠٠٠٠٠٠",
            "no phone",
            "12345",
            "(999) 999-9999",
            "+10000000000",
            "5550000000",
        ] {
            assert!(is_placeholder_phone(cell), "{cell}");
        }
        for cell in [
            "555-0100",
            "+49 30 901820",
            "020 7946 0018",
            "(555) 010-0000",
            "4931311",
            "112",
            "1-800-FLOWERS",
            "030 1111112",
            "0800 1111111",
            "+44 20 7946 0000",
        ] {
            assert!(!is_placeholder_phone(cell), "{cell}");
        }
    }

    #[test]
    fn digits_of_other_scripts_have_their_value() {
        for (text, value) in [("٣", 3), ("۴", 4), ("５", 5), ("६", 6), ("๗", 7)] {
            assert_eq!(text.chars().next().and_then(decimal), Some(value));
        }
        assert_eq!(decimal('a'), None);
        assert_eq!(decimal('²'), None);
    }

    proptest! {
        #[test]
        fn case_of_words_never_matters_but_for_names(word in prop::sample::select(WORDS.split('|').collect::<Vec<_>>())) {
            prop_assert!(is_placeholder(word), "{word}");
            prop_assert!(is_placeholder(&word.to_uppercase()), "{word}");
        }

        #[test]
        fn nothing_panics(cell in "\\PC{0,30}") {
            let _ = (is_placeholder(&cell), is_placeholder_email(&cell), is_placeholder_phone(&cell));
        }
    }
}
