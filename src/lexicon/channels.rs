//! Channels by which somebody is reached, as headers and labels name them.

use std::sync::LazyLock;

use super::headers::{fold_word, tokens};

/// Channels with what names them, the first match wins. A space is the edge of a word; words are folded and split at
/// humps and signs, so that `E-Mail` is two.
const CHANNELS: &[(&str, &[&str])] = &[
    ("whatsapp", &["whatsapp"]),
    (
        "sms",
        &[
            "sms",
            " text ",
            " texts ",
            " texted",
            "text messag",
            "textmessag",
            "mobile message",
            "短信",
            "문자",
        ],
    ),
    ("fax", &[" fax", "telefax", "факс"]),
    ("push", &[" push"]),
    (
        "email",
        &[
            "email",
            "e mail",
            " e post",
            " epost",
            " e posta",
            " eposta",
            "newsletter",
            "news letter",
            "mailing list",
            "mail list",
            "maillist",
            "mail opt",
            "mailable",
            "marketing mail",
            "marketingmail",
            "werbemail",
            "rundmail",
            "courriel",
            "infolettre",
            "correo",
            "boletin",
            "nieuwsbrief",
            "nyhetsbrev",
            "nyhedsbrev",
            "uutiskirje",
            "sahkoposti",
            "hirlevel",
            "biuletyn",
            " bulten",
            " mail izn",
            " mail ona",
            "電子メール",
            "メルマガ",
            "メールマガジン",
            "メール",
            "이메일",
            "메일",
            "邮件",
            "邮箱",
            "דוא",
            "почт",
        ],
    ),
    (
        "phone",
        &[
            "phone",
            " call",
            "telef",
            "telemarketing",
            "teleph",
            " tel ",
            "anruf",
            " appel",
            "llamad",
            " bellen",
            " arama",
            "звон",
            "電話",
            "电话",
            "전화",
        ],
    ),
    (
        "post",
        &[
            " post ",
            "post ",
            " postal",
            " mail ",
            " mails ",
            "direct mail",
            "directmail",
            "bulk mail",
            "letter",
            "brief",
            "courrier",
            "publipostage",
        ],
    ),
];

/// The same, folded as headers are.
static FOLDED: LazyLock<Vec<(&str, Vec<String>)>> = LazyLock::new(|| {
    let fold = |names: &[&str]| names.iter().map(|n| fold_word(n)).collect();
    CHANNELS
        .iter()
        .map(|(c, names)| (*c, fold(names)))
        .collect()
});

/// The channel a header or label speaks of, if any.
#[must_use]
pub fn channel(text: &str) -> Option<&'static str> {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for word in tokens(text) {
        words.push_str(&word);
        words.push(' ');
    }
    FOLDED
        .iter()
        .find(|(_, names)| names.iter().any(|n| words.contains(n.as_str())))
        .map(|(channel, _)| *channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_of_many_languages() {
        for (text, wanted) in [
            ("sms", Some("sms")),
            ("Promotional Texts", Some("sms")),
            ("HasOptedOutOfFax", Some("fax")),
            ("DoNotCall", Some("phone")),
            ("Accepts Email Marketing", Some("email")),
            ("newsletter", Some("email")),
            ("Nieuwsbrief", Some("email")),
            ("Opt-in Brief", Some("post")),
            ("Reservert mot e-post", Some("email")),
            ("E-posta İzni", Some("email")),
            ("Mail İzni", Some("email")),
            ("Marketing mails", Some("email")),
            ("Do not allow Mails", Some("post")),
            ("MAIL_YN", Some("post")),
            ("Werbepost", Some("post")),
            ("Geen mailing", None),
            ("opt_in", None),
            ("Context", None),
            ("이메일 수신여부", Some("email")),
        ] {
            assert_eq!(channel(text), wanted, "{text}");
        }
    }
}
