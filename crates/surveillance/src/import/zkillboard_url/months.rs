//! Years and months of an address.

use super::number_expected;
use crate::import::ImportError;
use crate::import::conditions::compare;
use crate::tree::{Comparison, Expr, Field};

/// The year and month that an address is limited to.
#[derive(Default)]
pub(super) struct Months {
    pub(super) year: Option<i16>,
    pub(super) month: Option<i8>,
}

impl Months {
    /// What it says of the time, where it says anything.
    pub(super) fn condition(&self) -> Result<Option<Expr>, ImportError> {
        let Some(year) = self.year else {
            return match self.month {
                None => Ok(None),
                Some(_) => Err(ImportError::shape(
                    "month",
                    "it needs the year, as in year/2026/month/11/",
                )),
            };
        };
        let (end_year, end_month) = match self.month {
            None => (year + 1, 1),
            Some(12) => (year + 1, 1),
            Some(month) => (year, month + 1),
        };
        let bounds = (
            first_second(year, self.month.unwrap_or(1)),
            first_second(end_year, end_month),
        );
        let (Some(begin), Some(end)) = bounds else {
            return Err(number_expected("year", "a year from 2003"));
        };
        Ok(Some(Expr::And(vec![
            compare(Field::Time, Comparison::AtLeast, begin),
            compare(Field::Time, Comparison::Less, end),
        ])))
    }
}

/// The first second of a month, UTC.
fn first_second(year: i16, month: i8) -> Option<i64> {
    let date = jiff::civil::Date::new(year, month, 1).ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(midnight.timestamp().as_second())
}
