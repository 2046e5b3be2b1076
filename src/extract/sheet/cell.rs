//! One cell of a spreadsheet as text: phones without a decimal point, dates as ISO 8601, and no digit made up.

use super::number_mask::NumberMask;
use calamine::{DataRef, ExcelDateTime};

/// Serial number of the day after the last one a spreadsheet knows, 9999-12-31.
const END_OF_DAYS: f64 = 2_958_466.0;

/// Writes the value of a cell; `mask` is what its format makes of whole numbers.
pub(super) fn push_value(value: &DataRef<'_>, mask: Option<&NumberMask>, out: &mut String) {
    out.clear();
    let masked = |number: f64| mask.and_then(|m| m.text(number));
    match value {
        DataRef::Empty => {}
        DataRef::Int(number) => {
            *out = masked(*number as f64).unwrap_or_else(|| number.to_string());
        }
        DataRef::Float(number) => {
            *out = masked(*number).unwrap_or_else(|| number_text(*number));
        }
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            out.push_str(text);
        }
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::Bool(true) => out.push_str("true"),
        DataRef::Bool(false) => out.push_str("false"),
        DataRef::DateTime(moment) => *out = moment_text(moment),
        DataRef::Error(error) => *out = error.to_string(),
    }
}

/// Whole numbers up to here are themselves; beyond it several are written as one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number in full. One that may have been another is written with an exponent, so that its made-up digits are not taken
/// for good ones.
pub(super) fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT {
        format!("{number:.0}")
    } else if number.abs() >= 1e15 {
        format!("{number:E}").replace('E', "E+")
    } else {
        number.to_string()
    }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    let serial = moment.as_f64();
    if !(0.0..END_OF_DAYS).contains(&serial) {
        return number_text(serial);
    }
    if moment.is_duration() {
        let seconds = (serial * 86_400.0).round() as u64;
        return format!(
            "{:02}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        );
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let second = u16::from(second) + u16::from(milli >= 500 && second < 59);
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (serial < 1.0, hour, minute, second) {
        (true, ..) => format!("{hour:02}:{minute:02}:{second:02}"),
        (false, 0, 0, 0) => date,
        (false, ..) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    fn text(value: DataRef<'_>, format: &str) -> String {
        let mut out = String::new();
        push_value(&value, NumberMask::of(format).as_ref(), &mut out);
        out
    }

    #[test]
    fn numbers_are_written_as_they_were_meant() {
        assert_eq!(text(DataRef::Float(447_911_123_456.0), "0"), "447911123456");
        assert_eq!(text(DataRef::Float(2108.0), "00000"), "02108");
        assert_eq!(text(DataRef::Int(7), "000"), "007");
        assert_eq!(text(DataRef::Float(1.5), "0.00"), "1.5");
        assert_eq!(text(DataRef::Float(-3.0), "000"), "-3");
        assert_eq!(
            text(DataRef::Float(4_111_111_111_111_111.0), "0"),
            "4111111111111111"
        );
        assert_eq!(
            text(DataRef::Float(123_456_789_012_345_680.0), "000"),
            "1.2345678901234568E+17"
        );
    }

    #[test]
    fn serials_become_dates() {
        let moment = |serial, kind| {
            text(
                DataRef::DateTime(ExcelDateTime::new(serial, kind, false)),
                "",
            )
        };
        assert_eq!(moment(31_155.0, ExcelDateTimeType::DateTime), "1985-04-18");
        assert_eq!(
            moment(45_943.5, ExcelDateTimeType::DateTime),
            "2025-10-13T12:00:00"
        );
        assert_eq!(moment(0.25, ExcelDateTimeType::DateTime), "06:00:00");
        assert_eq!(moment(1.5, ExcelDateTimeType::TimeDelta), "36:00:00");
        assert_eq!(
            moment(447_911_123_456.0, ExcelDateTimeType::DateTime),
            "447911123456"
        );
    }
}
