//! Single values as the wire has them: whole numbers that come as floats, times in two formats,
//! null for what is absent, and values that may be anything.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected};

/// The largest count, amount of damage or quantity: the last integer that every JSON reader, even
/// one that holds numbers as floats, reads exactly.
pub(super) const MAX_COUNT: i64 = 9_007_199_254_740_991;

/// The largest flag or singleton mark.
pub(super) const MAX_SMALL: i64 = i32::MAX as i64;

/// A whole number within bounds; `12` and `12.0` alike; null is absent.
pub(super) struct Whole<const MIN: i64, const MAX: i64>(pub(super) Option<i64>);

/// An id that must be there where its killmail is: 0 is wrong.
pub(super) type RequiredId = Whole<1, { i64::MAX }>;

/// An id that may be absent: old captures write 0 for that.
pub(super) type OptionalId = Whole<0, { i64::MAX }>;

impl<'de, const MIN: i64, const MAX: i64> Deserialize<'de> for Whole<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeVisitor::<MIN, MAX>)
    }
}

struct WholeVisitor<const MIN: i64, const MAX: i64>;

impl<const MIN: i64, const MAX: i64> de::Visitor<'_> for WholeVisitor<MIN, MAX> {
    type Value = Whole<MIN, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (MIN, MAX) {
            (1, i64::MAX) => f.write_str("an id, a whole number above zero"),
            (0, i64::MAX) => f.write_str("an id, a whole number above zero, or nothing"),
            _ => write!(f, "a whole number from {MIN} to {MAX}"),
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        if (MIN..=MAX).contains(&number) {
            Ok(Whole(Some(number)))
        } else {
            Err(E::invalid_value(Unexpected::Signed(number), &self))
        }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        match whole(number) {
            Some(number) => self.visit_i64(number),
            None => Err(E::invalid_value(Unexpected::Float(number), &self)),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Whole(None))
    }
}

/// The integer that `number` is, where it is one and a float holds it exactly.
fn whole(number: f64) -> Option<i64> {
    #[allow(
        clippy::cast_precision_loss,
        reason = "the bound is a power of two, less one"
    )]
    let exact = number.fract() == 0.0 && number.abs() <= MAX_COUNT as f64;
    #[allow(clippy::cast_possible_truncation, reason = "whole and within bounds")]
    exact.then_some(number as i64)
}

/// True or false, also as 1 or 0; null is absent.
pub(super) struct Flag(pub(super) Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FlagVisitor)
    }
}

struct FlagVisitor;

impl de::Visitor<'_> for FlagVisitor {
    type Value = Flag;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false")
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Flag, E> {
        Ok(Flag(Some(flag)))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Flag, E> {
        match number {
            0 | 1 => Ok(Flag(Some(number == 1))),
            _ => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<Flag, E> {
        Ok(Flag(None))
    }
}

/// A moment to the second, UTC, from 2003 (the year EVE opened) to 2100; null is absent.
pub(super) struct Moment(pub(super) Option<Timestamp>);

/// 2003-01-01T00:00:00Z.
const FIRST_SECOND: i64 = 1_041_379_200;

/// 2100-01-01T00:00:00Z.
pub(super) const END_SECOND: i64 = 4_102_444_800;

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

struct MomentVisitor;

impl de::Visitor<'_> for MomentVisitor {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time like 2026-04-02T06:40:33Z, from 2003 to 2099")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        moment(text)
            .map(|time| Moment(Some(time)))
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Moment, E> {
        Ok(Moment(None))
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    let time = usual(text.as_bytes())
        .or_else(|| text.parse::<Timestamp>().ok())
        .or_else(|| {
            Offset::UTC
                .to_timestamp(text.parse::<DateTime>().ok()?)
                .ok()
        })?;
    let second = time.as_second();
    (FIRST_SECOND..END_SECOND)
        .contains(&second)
        .then(|| Timestamp::from_second(second).ok())
        .flatten()
}

/// ESI's `2026-04-02T06:40:33Z` and the `2018-05-31 13:31:07` of old captures, without the cost of
/// a general date reader. Anything else is left to that reader.
fn usual(text: &[u8]) -> Option<Timestamp> {
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        o1,
        o2,
        b'-',
        d1,
        d2,
        b'T' | b' ',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        zone @ ..,
    ] = text
    else {
        return None;
    };
    if !matches!(zone, b"" | b"Z") {
        return None;
    }
    let two = |tens: u8, ones: u8| -> Option<i8> {
        (tens.is_ascii_digit() && ones.is_ascii_digit())
            .then(|| (tens - b'0') as i8 * 10 + (ones - b'0') as i8)
    };
    let year = i16::from(two(*y1, *y2)?) * 100 + i16::from(two(*y3, *y4)?);
    let civil = DateTime::new(
        year,
        two(*o1, *o2)?,
        two(*d1, *d2)?,
        two(*h1, *h2)?,
        two(*m1, *m2)?,
        two(*s1, *s2)?,
        0,
    );
    Offset::UTC.to_timestamp(civil.ok()?).ok()
}

/// A value from a part of the document that may be broken without the killmail being lost.
pub(super) enum Loose<'de> {
    /// Any number that is whole and fits.
    Whole(i64),
    /// Any other number.
    Float(f64),
    Bool(bool),
    Text(Cow<'de, str>),
    /// Null, a list or an object: nothing that is of use here.
    Nothing,
}

impl Loose<'_> {
    pub(super) fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Float(number) => whole(*number),
            _ => None,
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            Self::Whole(0) => Some(false),
            Self::Whole(1) => Some(true),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Loose<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> de::Visitor<'de> for LooseVisitor {
    type Value = Loose<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Loose<'de>, E> {
        Ok(Loose::Bool(flag))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Loose<'de>, E> {
        Ok(Loose::Whole(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Loose<'de>, E> {
        Ok(i64::try_from(number).map_or(Loose::Nothing, Loose::Whole))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Loose<'de>, E> {
        Ok(Loose::Float(number))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Loose<'de>, E> {
        Ok(Loose::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Loose<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Loose<'de>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Nothing)
    }
}
