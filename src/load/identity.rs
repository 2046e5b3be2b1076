//! Customer ids that do not depend on the run: derived from the smallest (source, key) of the customer's records.

use crate::record::{Dataset, RecordId};
use sha2::{Digest, Sha256};

/// `C` and 16 hexadecimal digits: the first 64 bits of SHA-256 over source, a zero byte, and key.
#[must_use]
pub fn id_of(source: &str, key: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(source.as_bytes());
    hash.update([0]);
    hash.update(key.as_bytes());
    let digest = hash.finalize();
    let mut id = String::with_capacity(17);
    id.push('C');
    for byte in &digest[..8] {
        for nibble in [byte >> 4, byte & 15] {
            id.push(char::from(b"0123456789abcdef"[nibble as usize]));
        }
    }
    id
}

/// Source and key of a record.
#[must_use]
pub fn source_and_key(dataset: &Dataset, id: RecordId) -> (&str, &str) {
    let (table, row) = dataset.locate(id);
    let table = &dataset.tables[table];
    (&table.name, table.keys.get(row).map_or("", |k| k))
}

/// The id of the customer with these records.
#[must_use]
pub fn customer_id(dataset: &Dataset, members: &[RecordId]) -> String {
    let smallest = members.iter().map(|m| source_and_key(dataset, *m)).min();
    let (source, key) = smallest.unwrap_or(("", ""));
    id_of(source, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_hash_of_source_and_key() {
        // sha256 of "crm\0C1", computed with `printf 'crm\0C1' | sha256sum`
        assert_eq!(id_of("crm", "C1"), "C5a773eafde174276");
        assert_ne!(id_of("ab", "c"), id_of("a", "bc"));
    }
}
