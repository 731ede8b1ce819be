//! How many conditions are worked on at the same time. Whoever has no token shares half of the places
//! with everyone else who has none, so that strangers cannot keep out those who are known.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::ApiError;
use crate::{Asker, Limits};

/// All places.
pub(crate) struct Trials {
    reading: Places,
    trying: Places,
}

/// Places for one kind of work.
struct Places {
    all: Arc<Semaphore>,
    without_token: Arc<Semaphore>,
    most: usize,
}

/// A place, given back when the request ends or its client goes away.
#[must_use = "the place is taken only as long as it is kept"]
pub(crate) struct Place {
    _permits: [Option<OwnedSemaphorePermit>; 2],
}

impl Trials {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            reading: Places::new(limits.conditions),
            trying: Places::new(limits.trials),
        }
    }

    /// A place to read, explain or import a condition.
    pub(crate) fn read(&self, asker: Asker) -> Result<Place, ApiError> {
        let place = self.reading.take(asker);
        place.ok_or(ApiError::TooManyConditions(self.reading.most))
    }

    /// A place to try a condition on the past.
    pub(crate) fn try_on_past(&self, asker: Asker) -> Result<Place, ApiError> {
        let place = self.trying.take(asker);
        place.ok_or(ApiError::TooManyTrials(self.trying.most))
    }
}

impl Places {
    fn new(most: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(most)),
            without_token: Arc::new(Semaphore::new(most.div_ceil(2))),
            most,
        }
    }

    fn take(&self, asker: Asker) -> Option<Place> {
        let own = match asker.token {
            Some(_) => None,
            None => Some(Arc::clone(&self.without_token).try_acquire_owned().ok()?),
        };
        let any = Arc::clone(&self.all).try_acquire_owned().ok()?;
        Some(Place {
            _permits: [own, Some(any)],
        })
    }
}

#[cfg(test)]
mod tests {
    use killwire_store::Scope;

    use super::*;

    fn asker(token: Option<i64>) -> Asker {
        Asker {
            token,
            scope: Scope::Read,
            operator: false,
        }
    }

    #[test]
    fn strangers_have_half_of_the_places_and_those_who_are_known_all() {
        let places = Places::new(4);
        let strangers: Vec<_> = (0..4).filter_map(|_| places.take(asker(None))).collect();
        assert_eq!(strangers.len(), 2);
        let known: Vec<_> = (0..4).filter_map(|_| places.take(asker(Some(1)))).collect();
        assert_eq!(known.len(), 2);
        drop(strangers);
        assert!(places.take(asker(None)).is_some(), "places are given back");
    }

    #[test]
    fn one_place_can_be_a_strangers() {
        let places = Places::new(1);
        assert!(places.take(asker(None)).is_some());
    }
}
