//! Numbers as foreign profiles write them, compared exactly with whole numbers of our units.

use jiff::Timestamp;

use crate::tree::Comparison;
use crate::vocabulary::MOMENTS;

/// How a foreign profile compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Operator {
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A comparison with a number, as whole numbers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// As it stands.
    Compare(Comparison, i64),
    /// Anything but this.
    Unequal(i64),
    /// No whole number is equal to a fraction.
    Never,
    /// Every whole number differs from a fraction.
    Always,
}

/// A decimal number, exact: `digits` times ten to the power of `exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    exponent: i32,
}

/// More digits than any number has that means something here.
const MAX_DIGITS: usize = 30;
/// Larger powers of ten are beyond every unit.
const MAX_EXPONENT: i32 = 60;

impl Decimal {
    /// `1500000.25`, `-1.8`, `.5`, `5e9`. None for other text, for more than 30 digits, and for
    /// powers of ten beyond 60.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, power) = match text.find(['e', 'E']) {
            Some(at) => (text.get(..at)?, text.get(at + 1..)?.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, plain) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let digits = format!("{whole}{fraction}");
        let numeric = digits.bytes().all(|digit| digit.is_ascii_digit());
        if digits.is_empty() || digits.len() > MAX_DIGITS || !numeric {
            return None;
        }
        let exponent = power.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let digits = digits.parse::<i128>().ok()?;
        (-MAX_EXPONENT..=MAX_EXPONENT)
            .contains(&exponent)
            .then_some(Self {
                digits: if negative { -digits } else { digits },
                exponent,
            })
    }

    /// A moment in seconds since 1970. None for those that our language cannot write.
    pub(super) fn moment(time: Timestamp) -> Option<Self> {
        let seconds = Self {
            digits: time.as_nanosecond(),
            exponent: -9,
        };
        let (second, _) = seconds.scaled(0)?;
        MOMENTS.contains(&second).then_some(seconds)
    }

    /// The number times ten to the power of `scale`, rounded down, and whether it was whole. None
    /// where it does not fit.
    pub(super) fn scaled(self, scale: i32) -> Option<(i64, bool)> {
        let exponent = self.exponent + scale;
        let (floor, exact) = if self.digits == 0 {
            (0, true)
        } else if exponent >= 0 {
            let factor = 10_i128.checked_pow(exponent.unsigned_abs())?;
            (self.digits.checked_mul(factor)?, true)
        } else {
            // A divisor beyond 128 bits leaves less than one of anything.
            let divisor = 10_i128.checked_pow(exponent.unsigned_abs());
            let divisor = divisor.unwrap_or(i128::MAX);
            (
                self.digits.div_euclid(divisor),
                self.digits.rem_euclid(divisor) == 0,
            )
        };
        Some((i64::try_from(floor).ok()?, exact))
    }

    /// The whole number that it is, where it is one that fits.
    pub(super) fn whole(self) -> Option<i64> {
        match self.scaled(0) {
            Some((number, true)) => Some(number),
            _ => None,
        }
    }

    /// What comparing with it is for whole numbers of a unit of which ten to the power of `scale`
    /// make one. None where it does not fit.
    pub(super) fn relation(self, operator: Operator, scale: i32) -> Option<Relation> {
        let (floor, exact) = self.scaled(scale)?;
        let relation = if exact {
            match operator {
                Operator::Equal => Relation::Compare(Comparison::Equal, floor),
                Operator::Unequal => Relation::Unequal(floor),
                Operator::Less => Relation::Compare(Comparison::Less, floor),
                Operator::AtMost => Relation::Compare(Comparison::AtMost, floor),
                Operator::More => Relation::Compare(Comparison::More, floor),
                Operator::AtLeast => Relation::Compare(Comparison::AtLeast, floor),
            }
        } else {
            // Between `floor` and the next: above it is what is more than `floor`.
            match operator {
                Operator::Equal => Relation::Never,
                Operator::Unequal => Relation::Always,
                Operator::Less | Operator::AtMost => Relation::Compare(Comparison::AtMost, floor),
                Operator::More | Operator::AtLeast => Relation::Compare(Comparison::More, floor),
            }
        };
        Some(relation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(text: &str, scale: i32) -> Option<(i64, bool)> {
        Decimal::parse(text)?.scaled(scale)
    }

    #[test]
    fn numbers_are_read_exactly_in_the_unit_that_is_asked_for() {
        for (text, scale, expected) in [
            ("5", 0, Some((5, true))),
            ("-1.8", 6, Some((-1_800_000, true))),
            ("+0.5", 1, Some((5, true))),
            (".5", 0, Some((0, false))),
            ("-.5", 0, Some((-1, false))),
            ("5.", 2, Some((500, true))),
            ("1e9", 2, Some((100_000_000_000, true))),
            ("1.25E3", 0, Some((1_250, true))),
            ("1e-60", 0, Some((0, false))),
            ("-1e-60", 0, Some((-1, false))),
            ("0e60", 2, Some((0, true))),
            ("9223372036854775807", 0, Some((i64::MAX, true))),
            ("9223372036854775808", 0, None),
            ("1e60", 0, None),
        ] {
            assert_eq!(scaled(text, scale), expected, "{text}");
        }
    }

    #[test]
    fn other_text_is_no_number() {
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1 000",
            "1,5",
            "0x10",
            "NaN",
            "inf",
            "5b",
            "1.2.3",
            "--1",
            "1e61",
            "1e-61",
            "1e99999999999",
            "٣",
            "1234567890123456789012345678901",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_one_that_can_be_written() {
        let scaled = |text: &str| Decimal::moment(text.parse().unwrap())?.scaled(0);
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some((0, true))),
            ("2026-11-25T18:30:00.5Z", Some((1_795_631_400, false))),
            ("1969-12-31T23:59:59Z", None),
            ("1090-01-01T00:00:00Z", None),
            ("1969-12-31T23:59:59.5Z", None),
        ] {
            assert_eq!(scaled(text), expected, "{text}");
        }
    }

    #[test]
    fn a_fraction_lies_between_two_whole_numbers() {
        use Operator::{AtLeast, AtMost, Equal, Less, More, Unequal};
        let half = Decimal::parse("2.5").unwrap();
        for (operator, relation) in [
            (Equal, Relation::Never),
            (Unequal, Relation::Always),
            (Less, Relation::Compare(Comparison::AtMost, 2)),
            (AtMost, Relation::Compare(Comparison::AtMost, 2)),
            (More, Relation::Compare(Comparison::More, 2)),
            (AtLeast, Relation::Compare(Comparison::More, 2)),
        ] {
            assert_eq!(half.relation(operator, 0), Some(relation), "{operator:?}");
        }
        let whole = half.relation(AtLeast, 1);
        assert_eq!(whole, Some(Relation::Compare(Comparison::AtLeast, 25)));
    }
}
