//! stand-in
#![allow(missing_docs)]
#[derive(PartialEq, Clone, Copy)]
pub enum Relation {
    Nickname,
    CrossLanguage,
}
pub fn related(_a: &str, _b: &str) -> Option<Relation> {
    None
}
