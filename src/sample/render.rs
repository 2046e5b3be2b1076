//! Sample records as text: CSV (RFC 4180), JSON and JSON Lines (RFC 8259).

use super::row::{Row, Source, Stamp};
use std::fmt::Write;

/// Header of `crm.csv`.
pub const CRM_HEADER: &str = "contact_id,salutation,first_name,last_name,company,email,phone,mobile,street,city,state,postal_code,country,birth_date,email_opt_in,notes,created_at,updated_at\r\n";
/// Header of `truth.csv`.
pub const TRUTH_HEADER: &str = "source,source_key,record_id,entity_id\n";
/// Header of `interactions.csv`.
pub const INTERACTIONS_HEADER: &str = "ticket_id,contact_id,opened_at,channel,subject,status\n";

impl Stamp {
    /// `2020-03-04T05:06:07Z`, the form of RFC 3339, appended to `out`.
    pub fn write_rfc3339(self, out: &mut String) {
        let [y, mo, d, h, mi, s] = self.0;
        let _ = write!(out, "{y}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z");
    }

    /// `2020-03-04 05:06:07`, as SQL databases write it.
    #[must_use]
    pub fn sql(self) -> String {
        let [y, mo, d, h, mi, s] = self.0;
        format!("{y}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}")
    }
}

impl Row {
    /// The record's key as its source writes it: `C00000017`, `17`, `sup-00000017`.
    #[must_use]
    pub fn source_key(&self) -> String {
        match self.source {
            Source::Crm => format!("C{:08}", self.key),
            Source::Shop => self.key.to_string(),
            Source::Support => format!("sup-{:08}", self.key),
        }
    }

    /// Given and family name in one cell, as the shop keeps them.
    #[must_use]
    pub fn full_name(&self) -> String {
        match (self.first.is_empty(), self.last.is_empty()) {
            (true, _) => self.last.clone(),
            (_, true) => self.first.clone(),
            _ if self.family_first => [self.last.trim(), self.first.trim()].concat(),
            _ if self.key.is_multiple_of(8) => format!("{}, {}", self.last.trim(), self.first),
            _ => format!("{} {}", self.first, self.last),
        }
    }

    /// Street and number in the order of the country.
    #[must_use]
    pub fn street_line(&self) -> String {
        match (self.number.is_empty(), self.number_first) {
            (true, _) => self.street.clone(),
            (_, true) => format!("{} {}", self.number, self.street),
            _ => format!("{} {}", self.street, self.number),
        }
    }

    /// Appends the line of `truth.csv`.
    pub fn write_truth(&self, out: &mut String) {
        let (source, key) = (self.source.name(), self.source_key());
        let _ = writeln!(out, "{source},{key},{source}:{key},E{:08}", self.entity);
    }

    /// Appends the row of `crm.csv`; a flat stands on a second line of the street.
    pub fn write_crm(&self, out: &mut String) {
        let mut street = self.street_line();
        if !self.unit.is_empty() {
            street.push('\n');
            street.push_str(&self.unit);
        }
        let _ = write!(out, "C{:08}", self.key);
        for cell in [
            self.salutation,
            &self.first,
            &self.last,
            &self.company,
            &self.email,
            &self.phone,
            &self.mobile,
            &street,
            &self.town,
            &self.region,
            &self.postcode,
            self.country,
            &self.birth,
            match self.consent[0] {
                Some(true) => "true",
                Some(false) => "false",
                None => "",
            },
            self.notes,
        ] {
            out.push(',');
            cell_csv(out, cell);
        }
        out.push(',');
        self.created.write_rfc3339(out);
        out.push(',');
        self.updated.write_rfc3339(out);
        out.push_str("\r\n");
    }

    /// Appends the JSON object of the support desk, without a line end.
    pub fn write_support(&self, out: &mut String) {
        let _ = write!(out, "{{\"id\":\"sup-{:08}\",\"kind\":", self.key);
        out.push_str(if self.organization {
            "\"organization\""
        } else {
            "\"person\""
        });
        out.push_str(",\"name\":");
        if self.organization {
            out.push_str("null");
        } else {
            member(out, "{\"first\":", &self.first);
            member(out, ",\"last\":", &self.last);
            out.push('}');
        }
        member(out, ",\"company\":", &self.company);
        out.push_str(",\"contacts\":[");
        let contacts = [
            ("email", "main", &self.email),
            ("email", "other", &self.other_email),
            ("phone", "landline", &self.phone),
            ("phone", "mobile", &self.mobile),
        ];
        let mut separator = "";
        for (kind, label, value) in contacts.iter().filter(|(_, _, value)| !value.is_empty()) {
            let _ = write!(
                out,
                "{separator}{{\"type\":\"{kind}\",\"label\":\"{label}\""
            );
            member(out, ",\"value\":", value);
            out.push('}');
            separator = ",";
        }
        out.push_str("],\"address\":");
        if self.street.is_empty() && self.town.is_empty() && self.country.is_empty() {
            out.push_str("null");
        } else {
            let mut line = self.street_line();
            if !self.unit.is_empty() {
                let _ = write!(line, ", {}", self.unit);
            }
            member(out, "{\"line1\":", &line);
            member(out, ",\"city\":", &self.town);
            member(out, ",\"region\":", &self.region);
            member(out, ",\"postal_code\":", &self.postcode);
            member(out, ",\"country\":", self.country);
            out.push('}');
        }
        member(out, ",\"birth_date\":", &self.birth);
        let flag = |consent: Option<bool>| match consent {
            Some(true) => "true",
            Some(false) => "false",
            None => "null",
        };
        let _ = write!(
            out,
            ",\"consent\":{{\"email\":{},\"sms\":{}}}",
            flag(self.consent[0]),
            flag(self.consent[1])
        );
        out.push_str(",\"created_at\":\"");
        self.created.write_rfc3339(out);
        out.push_str("\",\"updated_at\":\"");
        self.updated.write_rfc3339(out);
        out.push_str("\"}");
    }

    /// Appends the rows of `interactions.csv`.
    pub fn write_interactions(&self, out: &mut String) {
        for (i, ticket) in self.tickets.iter().enumerate() {
            let _ = write!(out, "T{:08}-{},sup-{:08},", self.key, i + 1, self.key);
            ticket.opened.write_rfc3339(out);
            let _ = write!(out, ",{},", ticket.channel);
            cell_csv(out, ticket.subject);
            let _ = writeln!(out, ",{}", ticket.status);
        }
    }
}

fn cell_csv(out: &mut String, cell: &str) {
    if !cell.contains([',', '"', '\n', '\r']) {
        out.push_str(cell);
        return;
    }
    out.push('"');
    for (i, part) in cell.split('"').enumerate() {
        if i > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

/// A JSON member: what stands before the value, and the value; null when it is empty.
fn member(out: &mut String, before: &str, value: &str) {
    out.push_str(before);
    if value.is_empty() {
        out.push_str("null");
        return;
    }
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
