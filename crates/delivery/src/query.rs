//! Query strings: numbers, texts and lists of ids, with errors that name the parameter.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::RangeInclusive;

use http::Uri;

use crate::Limits;
use crate::error::ApiError;

/// A request's parameters, decoded, in the order of the wire.
pub(crate) struct Query<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Why a list of ids cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum IdListError {
    /// This element is not an id.
    Invalid(String),
    /// More ids than allowed, duplicates not counted.
    TooMany(usize),
}

impl IdListError {
    /// As the answer of a route: `name` is the parameter, `allowed` how many ids it may have.
    pub(crate) fn of(self, name: &'static str, allowed: usize) -> ApiError {
        match self {
            Self::Invalid(text) => invalid(name, &text, "a list of ids, whole numbers above 0"),
            Self::TooMany(given) => ApiError::TooManyIds {
                parameter: name,
                given,
                allowed,
            },
        }
    }
}

impl<'a> Query<'a> {
    /// The parameters of `uri`.
    pub(crate) fn of(uri: &'a Uri, limits: &Limits) -> Result<Self, ApiError> {
        let query = uri.query().unwrap_or_default();
        if query.len() > limits.query_bytes {
            return Err(ApiError::QueryTooLong {
                given: query.len(),
                allowed: limits.query_bytes,
            });
        }
        let pairs = form_urlencoded::parse(query.as_bytes()).collect();
        Ok(Self { pairs })
    }

    /// Refuses parameters that the route does not know: a filter that an older server does not
    /// understand must not come back as an unfiltered feed.
    pub(crate) fn only(&self, known: &[&'static str]) -> Result<(), ApiError> {
        let unknown = self.pairs.iter().find(|(name, _)| {
            let bare = name.strip_suffix("[]").unwrap_or(name);
            !known.contains(&bare)
        });
        match unknown {
            None => Ok(()),
            Some((name, _)) => Err(ApiError::UnknownParameter {
                name: name.to_string(),
                known: known.join(", "),
            }),
        }
    }

    /// A parameter that stands there once, or not at all. Empty is as good as absent.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>, ApiError> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name);
        let first = values.next();
        if values.next().is_some() {
            return Err(ApiError::Repeated(name));
        }
        match first {
            None => Ok(None),
            Some((_, value)) if value.is_empty() => Ok(None),
            // Bytes that are not UTF-8 decode to this mark: two clients must not become one by it.
            Some((_, value)) if value.contains(char::REPLACEMENT_CHARACTER) => {
                Err(invalid(name, value, "text in UTF-8"))
            }
            Some((_, value)) => Ok(Some(value)),
        }
    }

    /// The first value of a parameter, where it has one. For clients that mean no harm by writing it
    /// twice.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        let mut values = self.pairs.iter().filter(|(key, _)| key == name);
        values.next().map(|(_, value)| value.as_ref())
    }

    /// A whole number within `range`.
    pub(crate) fn number(
        &self,
        name: &'static str,
        range: RangeInclusive<usize>,
    ) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let number = strict_number(text)
            .and_then(|number| usize::try_from(number).ok())
            .filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| {
            let (start, end) = (range.start(), range.end());
            invalid(
                name,
                text,
                format_args!("a whole number from {start} to {end}"),
            )
        })
    }

    /// The values of a parameter that may be repeated (`name=1&name=2`), written as an array
    /// (`name[]=1`), separated by commas (`name=1,2`), or all of it. An empty value adds nothing.
    pub(crate) fn list(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.pairs
            .iter()
            .filter(move |(key, _)| key.strip_suffix("[]").unwrap_or(key) == name)
            .filter(|(_, value)| !value.is_empty())
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
    }

    /// A list of ids: sorted, without duplicates.
    pub(crate) fn ids<Id>(&self, name: &'static str, most: usize) -> Result<Vec<Id>, IdListError>
    where
        Id: TryFrom<i64> + Ord,
    {
        let mut ids = self
            .list(name)
            .map(|text| strict_id(text).ok_or_else(|| IdListError::Invalid(text.to_owned())))
            .collect::<Result<Vec<Id>, _>>()?;
        ids.sort_unstable();
        ids.dedup();
        if ids.len() > most {
            return Err(IdListError::TooMany(ids.len()));
        }
        Ok(ids)
    }
}

/// An id written as decimal digits and nothing else.
pub(crate) fn strict_id<Id: TryFrom<i64>>(text: &str) -> Option<Id> {
    Id::try_from(strict_number(text)?).ok()
}

/// A number written as decimal digits and nothing else.
pub(crate) fn strict_number(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The error for a value that cannot be used, with as much of it as helps.
pub(crate) fn invalid(parameter: &'static str, value: &str, expected: impl Display) -> ApiError {
    ApiError::Invalid {
        parameter,
        value: value.chars().take(80).collect(),
        expected: expected.to_string(),
    }
}

#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod trial;
