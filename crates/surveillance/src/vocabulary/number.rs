//! Numbers as people write them, in every unit, exact: what does not come out even is refused, not
//! rounded.

use std::cmp::Reverse;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::tree::Unit;

/// Decimals of a share in per cent.
pub(crate) const FINEST_PER_CENT: u32 = 2;

/// The whole, in hundredths of a per cent.
pub(crate) const MOST_SHARE: u32 = 10_000;

/// Decimals of a distance in light-years.
pub(crate) const FINEST_LIGHT_YEARS: u32 = 3;

/// Moments that can be written, in seconds since 1970: to 9999-12-30T22:00:00Z.
pub(crate) const MOMENTS: RangeInclusive<i64> = 0..=253_402_207_200;

/// A name behind a number, and how many of the smallest there are in one of it.
type Measure = (&'static str, i128);

const PIECES: &[Measure] = &[
    ("", 1),
    ("k", 1_000),
    ("m", 1_000_000),
    ("b", 1_000_000_000),
    ("t", 1_000_000_000_000),
];

const HUNDREDTHS_OF_ISK: &[Measure] = &[
    ("", 100),
    ("k", 100_000),
    ("m", 100_000_000),
    ("b", 100_000_000_000),
    ("t", 100_000_000_000_000),
];

const SECONDS: &[Measure] = &[("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];

/// Decimals of a solar system's security, and of a pilot's security status.
const FINEST_SECURITY: u32 = 1;
const FINEST_STATUS: u32 = 6;

/// The number in the unit's smallest, where `text` is one and comes out even.
pub(crate) fn read_number(unit: Unit, text: &str) -> Option<i64> {
    match unit {
        Unit::Plain => measured(text, PIECES),
        Unit::Isk => measured(text, HUNDREDTHS_OF_ISK),
        Unit::Security => read_decimal(text, FINEST_SECURITY),
        Unit::Status => read_decimal(text, FINEST_STATUS),
        Unit::Seconds => measured(text, SECONDS),
        Unit::Moment => moment(text),
    }
}

/// The shortest text that reads as this number. A moment that no text can name is the last or the
/// first that one can.
pub(crate) fn write_number(unit: Unit, number: i64) -> String {
    match unit {
        Unit::Plain => shortest(number, PIECES),
        Unit::Isk => shortest(number, HUNDREDTHS_OF_ISK),
        Unit::Security => with_a_decimal(write_decimal(number, FINEST_SECURITY)),
        Unit::Status => with_a_decimal(write_decimal(number, FINEST_STATUS)),
        Unit::Seconds => duration(number),
        Unit::Moment => written_moment(number),
    }
}

/// What a number must be, for messages.
pub(crate) const fn expected_number(unit: Unit) -> &'static str {
    match unit {
        Unit::Plain => "a whole number, such as 3, 10k or 1_000_000",
        Unit::Isk => "an amount of ISK, such as 500m, 1.2b or 1500000.25",
        Unit::Security => "a security with one decimal, such as 0.5 or -0.2",
        Unit::Status => "a security status, such as -1.8 or 5.0",
        Unit::Seconds => "a duration, such as 90s, 15m, 24h or 7d",
        Unit::Moment => "a moment in UTC, such as 2026-11-25 or 2026-11-25T18:30:00Z",
    }
}

/// A number of things, from 0.
pub(crate) fn read_count(text: &str) -> Option<u32> {
    u32::try_from(read_number(Unit::Plain, text)?).ok()
}

/// An id: digits only, above 0.
pub(crate) fn read_id(text: &str) -> Option<i64> {
    digits(text)?.parse().ok().filter(|id| *id > 0)
}

/// A number with at most so many decimals, in units of the last one.
pub(crate) fn read_decimal(text: &str, decimals: u32) -> Option<i64> {
    measured(text, &[("", 10_i128.pow(decimals))])
}

/// A number in units of its last decimal, without noughts at the end.
pub(crate) fn write_decimal(number: i64, decimals: u32) -> String {
    format!(
        "{}{}",
        sign(number),
        fraction(number, 10_i128.pow(decimals))
    )
}

/// `5`, `1_500.25`, `-1.5k`: digits, perhaps decimals, and the name of a measure.
fn measured(text: &str, measures: &[Measure]) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let in_number = |char: char| char.is_ascii_digit() || matches!(char, '_' | '.');
    let suffix = text.trim_start_matches(in_number);
    let number = text.strip_suffix(suffix)?;
    let (_, measure) = (measures.iter()).find(|(name, _)| name.eq_ignore_ascii_case(suffix))?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let (whole, decimals) = (digits(whole)?, digits(decimals)?);
    let (whole, decimals) = (
        whole.trim_start_matches('0'),
        decimals.trim_end_matches('0'),
    );
    // More digits than these either overflow or do not come out even. So many cannot overflow.
    if whole.len() > 19 || decimals.len() > 14 {
        return None;
    }
    let scale = 10_i128.pow(u32::try_from(decimals.len()).ok()?);
    let scaled: i128 = format!("0{whole}{decimals}").parse().ok()?;
    // An overflow is of numbers that are too large after the division, too.
    let amount = scaled.checked_mul(*measure)?;
    if amount % scale != 0 {
        return None;
    }
    let amount = amount / scale;
    i64::try_from(if negative { -amount } else { amount }).ok()
}

/// Digits without the underscores between them; none where there is anything else, or nothing.
fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|char| *char != '_').collect();
    let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then_some(digits)
}

/// The shortest of the number's forms in each measure that there is one whole of; of equally short
/// ones, that in the largest.
fn shortest(number: i64, measures: &[Measure]) -> String {
    let whole = |measure: i128| i128::from(number).abs() >= measure;
    let forms = (measures.iter().enumerate())
        .filter(|(place, (_, measure))| *place == 0 || whole(*measure))
        .map(|(place, (name, measure))| {
            let form = format!("{}{}{name}", sign(number), fraction(number, *measure));
            (form.len(), Reverse(place), form)
        });
    forms.min().map(|(_, _, form)| form).unwrap_or_default()
}

/// In the largest measure that it is a whole number of.
fn duration(seconds: i64) -> String {
    let even = |measure: i128| seconds != 0 && i128::from(seconds) % measure == 0;
    let (name, measure) = (SECONDS.iter().rev())
        .find(|(_, measure)| even(*measure))
        .unwrap_or(&("s", 1));
    format!("{}{name}", i128::from(seconds) / measure)
}

const fn sign(number: i64) -> &'static str {
    if number < 0 { "-" } else { "" }
}

/// The number without its sign, divided by a measure whose decimals come to an end.
fn fraction(number: i64, measure: i128) -> String {
    let number = i128::from(number).abs();
    let (whole, rest) = (number / measure, number % measure);
    if rest == 0 {
        return whole.to_string();
    }
    let width = usize::try_from(measure.ilog10()).unwrap_or_default();
    let decimals = format!("{rest:0width$}");
    format!("{whole}.{}", decimals.trim_end_matches('0'))
}

fn with_a_decimal(number: String) -> String {
    if number.contains('.') {
        number
    } else {
        number + ".0"
    }
}

/// A day, or a second of it; UTC unless it says otherwise.
fn moment(text: &str) -> Option<i64> {
    // What else the library reads as a date is not what we call one.
    let shape = text.bytes().take(10).enumerate();
    let mut shape = shape.map(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if text.len() < 10 || !shape.all(|fits| fits) {
        return None;
    }
    let in_utc = |time: DateTime| Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let timestamp = if text.len() == 10 {
        in_utc(
            text.parse::<Date>()
                .ok()?
                .to_datetime(jiff::civil::Time::midnight()),
        )?
    } else if let Ok(timestamp) = text.parse::<Timestamp>() {
        timestamp
    } else {
        in_utc(text.parse().ok()?)?
    };
    let even = timestamp.subsec_nanosecond() == 0;
    Some(timestamp.as_second()).filter(|second| even && MOMENTS.contains(second))
}

fn written_moment(second: i64) -> String {
    let second = second.clamp(*MOMENTS.start(), *MOMENTS.end());
    let written = Timestamp::from_second(second)
        .unwrap_or_default()
        .to_string();
    match written.split_once("T00:00:00Z") {
        Some((day, _)) => day.to_owned(),
        None => written,
    }
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
