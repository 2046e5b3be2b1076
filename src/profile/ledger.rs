//! Contact persons: names in the record of a firm that are not the firm's.

use super::infer::Draft;
use super::shape::Flag;
use crate::lexicon::record_types;
use crate::record::{CONTACT, IS_FIRM, Kind, RECORD_TYPE};

/// Whether firms stand in a column of names, so that it does not name their contact persons, whatever its header: ledgers
/// call every customer a contact.
pub(super) fn names_firms(d: &Draft) -> bool {
    let share = d.portrait.share(Flag::Organization);
    share >= 0.1 && share * d.portrait.values as f64 > 1.5
}

/// Whether a header says that a column has names, and not of whom.
pub(super) fn just_a_name(d: &Draft) -> bool {
    let name = d.header.of(Kind::FullName) > 0.0 || d.header.bare_name;
    name && d.header.of(Kind::Organization) < 5.0
}

/// Labels the names of contact persons where records say that they are of firms, where one column names customers of both
/// kinds, and in ledgers, which have terms of payment.
pub(super) fn note_contact_persons(drafts: &mut [Draft]) {
    let about_contact = |d: &Draft| {
        let said = d.header.label.as_deref() == Some(CONTACT);
        (said || record_types::of_contact(&d.portrait.stats.column)) && !names_firms(d)
    };
    let employer = |d: &Draft| record_types::of_employer(&d.portrait.stats.column);
    let told = drafts.iter().any(|d| {
        let label = d.label.as_deref();
        !d.given && (label == Some(RECORD_TYPE) || label == Some(IS_FIRM))
    });
    // a ledger has the customer's name in one column, be it a person's or a firm's
    let of_all = |d: &Draft| {
        let firms = d.portrait.share(Flag::Organization);
        let persons = d.portrait.share(Flag::GivenFirst) + d.portrait.share(Flag::GivenLater);
        let all = match d.kind {
            Kind::FullName | Kind::Organization => {
                firms >= 0.1 && (persons >= 0.1 || just_a_name(d))
            }
            Kind::FamilyName => (0.1..0.9).contains(&firms),
            _ => false,
        };
        all && !about_contact(d) && !employer(d)
    };
    let part = |d: &Draft| {
        matches!(
            d.kind,
            Kind::GivenName | Kind::FamilyName | Kind::MiddleName
        )
    };
    let parts = |of_contact: bool| {
        let mut all = drafts.iter();
        all.any(|d| part(d) && about_contact(d) == of_contact)
    };
    let both = parts(true) && parts(false);
    let names_all = drafts.iter().any(of_all);
    let firm = |d: &Draft| d.kind == Kind::Organization && !employer(d);
    let firms = drafts.iter().any(firm) || names_all;
    let ledger = firms && drafts.iter().any(|d| d.header.ledger);
    if !told && !ledger && !both && !names_all {
        return;
    }
    // who is named beside the firm that owes
    let beside_firm = (ledger || (told && firms)) && !parts(true);
    for d in drafts.iter_mut().filter(|d| !d.given) {
        let person = d.kind == Kind::FullName && !names_firms(d);
        let beside = (part(d) && !names_firms(d)) || (person && ledger && names_all);
        if (part(d) || d.kind == Kind::FullName) && about_contact(d) || (beside_firm && beside) {
            d.label = Some(CONTACT.to_owned());
        }
    }
}
