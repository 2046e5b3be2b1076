//! vCard 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350): one card a record, one card in memory; pictures are passed over.

use super::Error;
use super::batch::Raw;
use super::builder::Builder;
use super::json;
use super::json_value::Node;
use super::text::Text;
use super::vcard_property::{Property, record};

/// Properties that hold pictures, sounds and keys.
const MEDIA: &[&str] = &["PHOTO", "LOGO", "SOUND", "KEY"];
const BEGIN: &[u8] = b"BEGIN:VCARD";
const END: &[u8] = b"END:VCARD";
/// Cards that may stand inside one another.
const DEPTH: usize = 16;

/// A card while its lines are read.
#[derive(Default)]
struct Card {
    line: u64,
    byte: u64,
    /// Logical lines.
    lines: Vec<Vec<u8>>,
    bytes: usize,
    /// The last line is one of [`MEDIA`]: its continuations are passed over.
    media: bool,
    /// Has bytes that are not of the file's encoding.
    damaged: bool,
}

impl Card {
    /// A card that begins at this line and byte.
    fn at((line, byte): (u64, u64)) -> Self {
        Self {
            line,
            byte,
            ..Self::default()
        }
    }

    /// Whether the last line says that the card of an agent follows (vCard 2.1).
    fn is_before_agent(&self) -> bool {
        let agent = |l: &Vec<u8>| starts_agent(l);
        self.lines.last().is_some_and(agent)
    }

    /// Its lines, of pictures only the names.
    fn text(&self) -> Vec<u8> {
        self.lines.join(&b'\n')
    }

    fn is_old(&self) -> bool {
        let is_version = |l: &&Vec<u8>| {
            l.get(..8)
                .is_some_and(|s| s.eq_ignore_ascii_case(b"VERSION:"))
        };
        let version = self.lines.iter().find(is_version);
        version.is_some_and(|l| l[8..].trim_ascii().starts_with(b"2"))
    }

    /// Whether the last line goes on at the next one because its quoted-printable text says so.
    fn is_soft(&self) -> bool {
        let Some(last) = self.lines.last() else {
            return false;
        };
        let head = last.split(|b| *b == b':').next().unwrap_or(&[]);
        last.ends_with(b"=")
            && memchr::memmem::find(&head.to_ascii_uppercase(), b"QUOTED-PRINTABLE").is_some()
    }

    /// Takes a physical line; what it adds to counts against the limit.
    fn take(&mut self, line: &[u8]) {
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        if self.is_soft() {
            if let Some(last) = self.lines.last_mut() {
                last.pop();
                last.extend_from_slice(line);
            }
        } else if folded && !self.lines.is_empty() {
            let from = usize::from(!self.is_old());
            if let Some(last) = self.lines.last_mut().filter(|_| !self.media) {
                last.extend_from_slice(&line[from..]);
            }
        } else if self.media && !line.contains(&b':') {
            // the picture of an old card, not folded
            return;
        } else if !line.trim_ascii().is_empty() {
            let end = line.iter().position(|b| matches!(b, b':' | b';'));
            let name = &line[..end.unwrap_or(line.len())];
            let name = name.rsplit(|b| *b == b'.').next().unwrap_or(name);
            self.media = MEDIA
                .iter()
                .any(|m| name.eq_ignore_ascii_case(m.as_bytes()));
            self.lines.push(if self.media {
                name.to_vec()
            } else {
                line.to_vec()
            });
        }
        self.bytes += if self.media { 0 } else { line.len() };
    }
}

fn starts_agent(line: &[u8]) -> bool {
    line.get(..5)
        .is_some_and(|s| s.eq_ignore_ascii_case(b"AGENT"))
}

/// A file of cards at the start of some line.
struct Cards<'p> {
    path: &'p str,
    text: Text,
    line: u64,
}

impl Cards<'_> {
    fn fill(&mut self) -> Result<bool, Error> {
        self.text.fill().map_err(|cause| Error::Unreadable {
            path: self.path.to_owned(),
            cause,
        })
    }

    /// The physical line at hand without its end, and its length with it; at most `limit` bytes of a longer one.
    fn line(&mut self, limit: usize) -> Result<Option<(Vec<u8>, usize, bool)>, Error> {
        loop {
            let rest = self.text.rest();
            let end = memchr::memchr2(b'\n', b'\r', rest);
            let known = match end {
                // the line feed of a carriage return may follow
                Some(at) if rest[at] == b'\r' && at + 1 == rest.len() && !self.text.ended() => None,
                Some(at) => Some((
                    at,
                    at + 1 + usize::from(rest[at..].starts_with(b"\r\n")),
                    true,
                )),
                None if rest.len() > limit || self.text.ended() => {
                    Some((rest.len(), rest.len(), self.text.ended()))
                }
                None => None,
            };
            match known {
                Some((_, 0, _)) => return Ok(None),
                Some((end, length, whole)) => {
                    return Ok(Some((rest[..end].to_vec(), length, whole)));
                }
                None => {
                    self.fill()?;
                }
            }
        }
    }
}

/// Reads all cards.
pub(super) fn read(path: &str, text: Text, builder: &mut Builder<'_, '_>) -> Result<Text, Error> {
    let mut cards = Cards {
        path,
        text,
        line: 1,
    };
    let limit = builder.limits.row_bytes;
    // the card at hand, behind those inside of which it stands
    let mut open: Vec<Card> = Vec::new();
    let (mut stray, mut cut) = (false, None);
    while !builder.full()
        && let Some((line, length, whole)) = cards.line(limit)?
    {
        let text = line.trim_ascii();
        let is = |sign: &[u8]| text.eq_ignore_ascii_case(sign);
        let (begins, ends) = (is(BEGIN), is(END));
        let byte = cards.text.offset(0);
        let damaged = cards.text.damaged(length);
        let place = (cards.line, byte);
        cards.text.consume(length);
        cards.line += u64::from(whole);
        let Some(card) = open.last_mut() else {
            if begins {
                stray = false;
                open.push(Card::at(place));
            } else if !text.is_empty() && !stray {
                stray = true;
                let reason = "stands outside of any card";
                refuse(builder, place, "bad-vcard", reason, &line)?;
            }
            continue;
        };
        let inside = starts_agent(text) && text.to_ascii_uppercase().ends_with(BEGIN);
        if inside || begins && card.is_before_agent() {
            open.push(Card::at(place));
            if open.len() > DEPTH {
                let reason = format!("has cards inside, more than {DEPTH} deep");
                refuse_all(&mut open, ("too-large", &reason), builder)?;
                stray = true;
            }
        } else if begins {
            let reason = "another card begins before this one ends";
            refuse_all(&mut open, ("bad-vcard", reason), builder)?;
            open.push(Card::at(place));
        } else if ends {
            accept(card, &mut cut, builder)?;
            open.pop();
        } else {
            card.take(&line);
            card.damaged |= damaged;
            if card.bytes > limit || (!whole && !card.media) {
                let reason = format!("the card has more than {limit} bytes");
                refuse_all(&mut open, ("too-large", &reason), builder)?;
                stray = true;
            }
        }
        builder.progress(cards.text.taken(), false);
    }
    if !builder.full() {
        let reason = "the file ends inside this card";
        refuse_all(&mut open, ("bad-vcard", reason), builder)?;
    }
    json::warn_of_cut(cut, builder);
    Ok(cards.text)
}

/// Refuses the cards that are open, each with what was read of it.
fn refuse_all(
    open: &mut Vec<Card>,
    (rule, reason): (&'static str, &str),
    builder: &mut Builder<'_, '_>,
) -> Result<(), Error> {
    for card in open.drain(..) {
        refuse(builder, (card.line, card.byte), rule, reason, &card.text())?;
    }
    Ok(())
}

fn accept(
    card: &Card,
    cut: &mut Option<(u64, String)>,
    builder: &mut Builder<'_, '_>,
) -> Result<(), Error> {
    let place = (card.line, card.byte);
    let mut refused = |rule, reason| refuse(builder, place, rule, reason, &card.text());
    if card.damaged {
        return refused(
            "broken-encoding",
            "has bytes that are not of the file's encoding",
        );
    }
    let mut properties = Vec::new();
    for line in &card.lines {
        let Ok(text) = std::str::from_utf8(line) else {
            return refused("broken-encoding", "has bytes that are not UTF-8");
        };
        if line.contains(&0) {
            return refused("nul-byte", "has a zero byte");
        }
        let name_only = MEDIA.iter().any(|m| text.eq_ignore_ascii_case(m));
        match Property::parse(text) {
            Ok(property) => properties.push(property),
            Err(_) if name_only => {}
            Err(reason) => return refused("bad-vcard", reason),
        }
    }
    if properties.iter().any(Property::is_group) {
        let reason = "is a list of people (KIND:group) and no customer";
        return refused("group-card", reason);
    }
    let raw = record(&properties);
    let fault = match Node::parse(&raw, builder.limits.json_depth) {
        Ok(Node::Object(members)) if members.is_empty() => {
            Some(("bad-vcard", "the card is empty".to_owned()))
        }
        Ok(node) => {
            let found = json::accept(&node, &raw, card.byte, cut, builder)?;
            found.map(|(rule, reason, _)| (rule, reason))
        }
        Err(fault) => Some(("bad-vcard", fault.reason.to_owned())),
    };
    if let Some((rule, reason)) = fault {
        refuse(builder, place, rule, &reason, raw.as_bytes())?;
    }
    for text in properties.iter().filter_map(Property::agent) {
        if builder.full() {
            break;
        }
        let mut agent = Card::at(place);
        let mut lines = text.trim().lines().skip(1).map(str::as_bytes).peekable();
        while let Some(line) = lines.next() {
            if lines.peek().is_some() || !line.eq_ignore_ascii_case(END) {
                agent.take(line);
            }
        }
        accept(&agent, cut, builder)?;
    }
    Ok(())
}

fn refuse(
    builder: &mut Builder<'_, '_>,
    place: (u64, u64),
    rule: &'static str,
    reason: &str,
    raw: &[u8],
) -> Result<(), Error> {
    let raw = Raw::of(raw, builder.limits.field_bytes);
    builder.refuse_undivided(place, (rule, reason.to_owned()), raw)
}
