//! ISK as an integer count of hundredths.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Unexpected};
use serde::ser::{Error, Serialize, Serializer};
use serde_json::value::RawValue;

/// An amount of ISK in hundredths, exact. Holds up to 92 quadrillion ISK either way; sums saturate.
///
/// In JSON it is a number with at most two decimals (`627868229.1`), written exactly whatever its
/// size. A JSON number with more decimals is rounded to hundredths, half away from zero. Whole
/// numbers are read exactly; numbers with a fraction pass through a float and are exact below
/// 2^46 ISK (70 trillion, where neighbouring floats are less than a hundredth apart).
/// In formats that people do not read it is the count of hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isk(i64);

/// Text or a number that is not an amount of ISK.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an amount of ISK: write 1500000.25, 500m, 1.2b or 3t")]
pub struct IskError(pub String);

/// Below this many hundredths (2^46 ISK) a float's shortest decimal form is the amount itself.
const EXACT_AS_FLOAT: u64 = (1 << 46) * 100;

impl Isk {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From hundredths, as stored.
    #[must_use]
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// In hundredths, for storage.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// From whole ISK, where it fits.
    pub(crate) fn from_whole(isk: i64) -> Option<Self> {
        isk.checked_mul(100).map(Self)
    }

    /// From a float, rounded to hundredths, half away from zero; none where it does not fit.
    pub(crate) fn from_f64(isk: f64) -> Option<Self> {
        // The whole part and the fraction apart: a float holds each exactly, but not their
        // hundredfold. What is within 10^17 and still too large is told below; NaN is in no range.
        if !(-1e17..1e17).contains(&isk) {
            return None;
        }
        #[allow(clippy::cast_possible_truncation, reason = "whole and within ±10^17")]
        let (whole, rest) = (isk.trunc() as i64, (isk.fract() * 100.0).round() as i64);
        Self::from_whole(whole)?.0.checked_add(rest).map(Self)
    }

    /// Short for people: `627.87m`, `1.23b`; two decimals at most, rounded half away from zero.
    #[must_use]
    pub fn short(self) -> String {
        const UNITS: [(u64, &str); 4] = [
            (100_000_000_000_000, "t"),
            (100_000_000_000, "b"),
            (100_000_000, "m"),
            (100_000, "k"),
        ];
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        // What would be rounded up to 1000 of one unit is 1 of the next.
        let fits = |unit: u64| amount.saturating_add(unit / 200_000) >= unit;
        let (unit, name) = UNITS
            .into_iter()
            .find(|(unit, _)| fits(*unit))
            .unwrap_or((100, ""));
        let rounded = (u128::from(amount) * 100 + u128::from(unit) / 2) / u128::from(unit);
        format!(
            "{sign}{}{name}",
            Decimal {
                whole: rounded / 100,
                hundredths: rounded % 100
            }
        )
    }
}

/// A number with two decimals at most: `1`, `1.5`, `1.05`.
struct Decimal {
    whole: u128,
    hundredths: u128,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hundredths {
            0 => write!(f, "{}", self.whole),
            tenths if tenths % 10 == 0 => write!(f, "{}.{}", self.whole, tenths / 10),
            hundredths => write!(f, "{}.{hundredths:02}", self.whole),
        }
    }
}

/// The plain, exact number, as in JSON: `627868229.1`.
impl fmt::Display for Isk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = u128::from(self.0.unsigned_abs());
        let number = Decimal {
            whole: amount / 100,
            hundredths: amount % 100,
        };
        f.pad(&format!("{}{number}", if self.0 < 0 { "-" } else { "" }))
    }
}

impl Add for Isk {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Isk {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Saturates only where the true sum does not fit: a later negative amount brings it back.
impl Sum for Isk {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        let sum: i128 = amounts.map(|amount| i128::from(amount.0)).sum();
        let bound = if sum < 0 { i64::MIN } else { i64::MAX };
        Self(i64::try_from(sum).unwrap_or(bound))
    }
}

/// As people write it: `1500000.25`, `1,500,000.25`, `1_500_000`, `500m`, `1.2b`, `3 t`, `-5k`,
/// with or without `ISK` behind it. Commas must stand between groups of three digits.
impl FromStr for Isk {
    type Err = IskError;
    fn from_str(text: &str) -> Result<Self, IskError> {
        read(text).ok_or_else(|| IskError(text.chars().take(80).collect()))
    }
}

fn read(text: &str) -> Option<Isk> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_suffix("isk").unwrap_or(&text).trim_end();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, unit) = match text.char_indices().last()? {
        (cut, 'k') => (&text[..cut], 1_000),
        (cut, 'm') => (&text[..cut], 1_000_000),
        (cut, 'b') => (&text[..cut], 1_000_000_000),
        (cut, 't') => (&text[..cut], 1_000_000_000_000),
        _ => (text, 1),
    };
    let (whole, fraction) = match number.trim_end().split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number.trim_end(), None),
    };
    if let Some((first, groups)) = whole.split_once(',') {
        let is_group = |group: &str| group.len() == 3;
        if first.is_empty() || first.len() > 3 || !groups.split(',').all(is_group) {
            return None;
        }
    }
    let whole: String = whole.chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let fraction = fraction.unwrap_or("0");
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Twenty digits either side are more than fit: the arithmetic below cannot overflow.
    if !digits(&whole) || !digits(fraction) || whole.len() > 20 || fraction.len() > 20 {
        return None;
    }
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let scaled = whole.parse::<i128>().ok()?.checked_mul(scale)? + fraction.parse::<i128>().ok()?;
    let hundredths = scaled.checked_mul(unit)?.checked_mul(100)?;
    let rounded = (hundredths + scale / 2) / scale;
    i64::try_from(if negative { -rounded } else { rounded })
        .ok()
        .map(Isk)
}

impl Serialize for Isk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_i64(self.0);
        }
        if self.0 % 100 == 0 {
            return serializer.serialize_i64(self.0 / 100);
        }
        if self.0.unsigned_abs() < EXACT_AS_FLOAT {
            #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
            return serializer.serialize_f64(self.0 as f64 / 100.0);
        }
        RawValue::from_string(self.to_string())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Isk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(IskVisitor)
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

struct IskVisitor;

impl de::Visitor<'_> for IskVisitor {
    type Value = Isk;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of ISK, a number up to 92 quadrillion either way")
    }

    fn visit_i64<E: de::Error>(self, isk: i64) -> Result<Isk, E> {
        Isk::from_whole(isk).ok_or_else(|| E::invalid_value(Unexpected::Signed(isk), &self))
    }

    fn visit_u64<E: de::Error>(self, isk: u64) -> Result<Isk, E> {
        i64::try_from(isk)
            .ok()
            .and_then(Isk::from_whole)
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(isk), &self))
    }

    fn visit_f64<E: de::Error>(self, isk: f64) -> Result<Isk, E> {
        Isk::from_f64(isk).ok_or_else(|| E::invalid_value(Unexpected::Float(isk), &self))
    }
}

#[cfg(test)]
#[path = "isk_tests.rs"]
mod tests;
