//! Where the records are in a JSON document.

use super::json_cursor::{Cursor, Extent};
use super::json_pages::Look;
use super::json_value::Node;
use super::{Error, Warning};

/// Nesting in which an array of records is looked for.
const SEARCH_DEPTH: usize = 8;
/// The member that stands for each object of an array.
pub(super) const EACH: &str = "[]";
/// Bytes of an object that is looked into for records.
const WRAPPER_BYTES: usize = 1 << 24;
/// Where the records are in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An array, reached by these members; none is the document itself. Behind [`EACH`] there is one in each object.
    Array(Vec<String>),
    /// The file is a sequence of records without commas.
    Sequence,
}

impl Place {
    /// How the place was found, in words.
    pub(super) fn words(&self, given: bool) -> String {
        match self {
            Place::Array(members) if given => format!("records given at `{}`", shown(members)),
            Place::Array(members) if members.is_empty() => "records in the top array".to_owned(),
            Place::Array(members) => format!(
                "records in the largest array of objects, `{}`",
                shown(members)
            ),
            Place::Sequence if given => "records given one after the other".to_owned(),
            Place::Sequence => "records one after the other".to_owned(),
        }
    }

    /// The name of the array, if it has one.
    pub(super) fn name(&self) -> Option<String> {
        let Place::Array(members) = self else {
            return None;
        };
        let named: Vec<&str> = (members.iter().map(String::as_str))
            .filter(|m| *m != EACH)
            .collect();
        (!named.is_empty()).then(|| named.join("."))
    }
}

/// `data.customers`, `/data/customers` or `$.data.customers` as members.
fn members_of(path: &str) -> Vec<String> {
    let path = path.trim();
    let (path, sign) = match path.strip_prefix('/') {
        Some(pointer) => (pointer, '/'),
        None => (
            path.strip_prefix('$')
                .unwrap_or(path)
                .trim_start_matches('.'),
            '.',
        ),
    };
    let plain = |part: &str| {
        if sign == '/' {
            part.replace("~1", "/").replace("~0", "~")
        } else {
            part.to_owned()
        }
    };
    path.split(sign)
        .filter(|p| !p.is_empty())
        .map(plain)
        .collect()
}

/// The place that was asked for: `/` takes each document for a record, or an array of them.
pub(super) fn given(path: &str) -> Place {
    let members = members_of(path);
    if members.is_empty() {
        Place::Sequence
    } else {
        Place::Array(members)
    }
}

/// Members as people write them.
fn shown(members: &[String]) -> String {
    if members.is_empty() {
        "/".to_owned()
    } else {
        format!("/{}", members.join("/"))
    }
}

/// What a look through a whole document found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Arrays with their number of objects; empty arrays have 0.
    arrays: Vec<(Vec<String>, u64)>,
    /// Arrays of plain values.
    lists: Vec<String>,
    sequence: bool,
}

impl Survey {
    /// Whether another document follows the first, an object.
    pub(super) fn is_sequence(&self) -> bool {
        self.sequence
    }

    /// The places of arrays of plain values.
    pub(super) fn lists(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().map(String::as_str)
    }

    /// The places of arrays that hold records.
    pub(super) fn places(&self) -> Vec<String> {
        self.arrays
            .iter()
            .filter(|a| a.1 > 0)
            .map(|a| shown(&a.0))
            .collect()
    }

    /// The best place: the array with most objects, of equals the first.
    pub(super) fn best(&self, path: &str) -> Result<(Place, Option<Warning>), Error> {
        let mut best: Option<&(Vec<String>, u64)> = None;
        for array in &self.arrays {
            if best.is_none_or(|b| array.1 > b.1) {
                best = Some(array);
            }
        }
        let Some(best) = best else {
            return Err(Error::NoArray {
                path: path.to_owned(),
            });
        };
        let others: Vec<(String, u64)> = self
            .arrays
            .iter()
            .filter(|a| a.1 > 0 && a.0 != best.0)
            .map(|a| (shown(&a.0), a.1))
            .collect();
        let warning = (!others.is_empty()).then(|| Warning::SeveralArrays {
            path: path.to_owned(),
            taken: shown(&best.0),
            others,
        });
        Ok((Place::Array(best.0.clone()), warning))
    }
}

impl Cursor {
    /// Looks through the whole document for arrays of objects.
    pub(super) fn survey(mut self) -> Result<Survey, Error> {
        let mut survey = Survey::default();
        match self.peek()? {
            Some(b'[') => {
                let members = self.pages_of_array()?;
                survey.arrays.push((members, 1));
            }
            Some(b'{') => {
                // A document that breaks later still has the arrays before; reading names the fault.
                let mut path = Vec::new();
                match self.survey_object(&mut path, &mut survey) {
                    Ok(()) => survey.sequence = matches!(self.peek()?, Some(b'{' | b'[')),
                    Err(e @ Error::Unreadable { .. }) => return Err(e),
                    Err(e) if survey.arrays.is_empty() => return Err(e),
                    Err(_) => {}
                }
            }
            Some(_) => return Err(self.bad("`[` or `{` is expected")),
            None => {
                return Err(Error::Empty {
                    path: self.path.clone(),
                });
            }
        }
        Ok(survey)
    }

    /// Where the records are in a file of several documents of which the first is an object.
    pub(super) fn sequence(mut self) -> Result<Place, Error> {
        let mut look = Look::default();
        while !look.ends() && matches!(self.peek()?, Some(b'{' | b'[')) {
            self.look(&mut look)?;
            if !self.pass()? {
                break;
            }
        }
        let pages = look.pages();
        Ok(pages.map_or(Place::Sequence, |i| Place::Array(i.members)))
    }

    /// Where the records are in the array at hand: in it, or inside its objects if these are pages. What breaks is no
    /// page: reading names the fault.
    fn pages_of_array(&mut self) -> Result<Vec<String>, Error> {
        self.take(1);
        let (mut look, mut first) = (Look::default(), true);
        while !look.ends() && matches!(self.more(first, b']'), Ok(true)) {
            first = false;
            self.peek()?;
            self.look(&mut look)?;
            if !self.pass()? {
                break;
            }
        }
        let each = |inside: Vec<String>| [vec![EACH.to_owned()], inside].concat();
        Ok(look.pages().map_or_else(Vec::new, |i| each(i.members)))
    }

    fn survey_object(&mut self, path: &mut Vec<String>, survey: &mut Survey) -> Result<(), Error> {
        self.take(1);
        let mut first = true;
        while self.more(first, b'}')? {
            first = false;
            path.push(self.name()?);
            match self.peek()? {
                Some(b'{') if path.len() < SEARCH_DEPTH => self.survey_object(path, survey)?,
                Some(b'[') => self.survey_array(path, survey)?,
                _ => {
                    if !self.pass()? {
                        return Err(self.bad("the file ends before the document does"));
                    }
                }
            }
            path.pop();
        }
        Ok(())
    }

    fn survey_array(&mut self, path: &[String], survey: &mut Survey) -> Result<(), Error> {
        self.take(1);
        let index = survey.arrays.len();
        survey.arrays.push((path.to_vec(), 0));
        let (mut first, mut objects, mut others) = (true, 0, 0);
        let mut look = Look::default();
        while self.more(first, b']')? {
            first = false;
            if self.peek()? == Some(b'{') {
                objects += 1;
                if !look.ends() {
                    self.look(&mut look)?;
                }
            } else {
                others += 1
            }
            survey.arrays[index].1 = objects;
            if !self.pass()? {
                return Err(self.bad("the file ends before the document does"));
            }
        }
        if objects == 0 && others > 0 {
            survey.arrays.pop();
            survey.lists.push(shown(path));
        }
        if let Some(inside) = look.of_array(objects) {
            let each = [EACH.to_owned()];
            let members = path.iter().chain(&each).chain(&inside.members);
            survey.arrays[index] = (members.cloned().collect(), inside.objects * objects);
        }
        Ok(())
    }

    /// Looks at the value at hand, if it is an object. Nothing is taken.
    fn look(&mut self, look: &mut Look) -> Result<(), Error> {
        let Extent::Whole(length) = self.extent(WRAPPER_BYTES)? else {
            return Ok(());
        };
        let text = std::str::from_utf8(&self.text.rest()[..length]).ok();
        if let Some(node @ Node::Object(_)) = text.and_then(|t| Node::parse(t, 128).ok()) {
            look.at(&node);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_three_spellings() {
        for path in ["/data/customers", "data.customers", "$.data.customers"] {
            assert_eq!(members_of(path), ["data", "customers"]);
        }
        assert_eq!(members_of("/a~1b"), ["a/b"]);
        assert!(members_of("/").is_empty() && members_of("$").is_empty());
    }
}
