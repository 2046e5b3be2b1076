//! Which of several tables or sheets tells of persons: by the words in its columns' names.

/// Parts of column names that tell of persons, by what they tell.
const SIGNS: &[&[&str]] = &[
    &["mail"],
    &["phone", "mobile", "tel", "fax"],
    &[
        "first_name",
        "firstname",
        "given",
        "last_name",
        "lastname",
        "surname",
        "family",
        "full_name",
        "fullname",
        "cust_name",
        "customer_name",
        "contact_name",
    ],
    &[
        "street", "address", "postcode", "postal", "zip", "city", "town",
    ],
    &["birth", "dob"],
];

/// How many different things these names, in lower case, tell of persons.
pub(super) fn signs_of_persons(names: &[String]) -> usize {
    let names: Vec<String> = names.iter().map(|n| n.replace([' ', '-'], "_")).collect();
    let told = |signs: &&&[&str]| names.iter().any(|n| signs.iter().any(|s| n.contains(s)));
    SIGNS.iter().filter(told).count()
}
