//! The ids of pilots, corporations and alliances by their names, for who writes a profile.

use std::collections::HashMap;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{StreamExt as _, TryStreamExt as _};
use killwire_lookup::{EntityKind, Lookup, LookupError};
use killwire_surveillance::profiles::People;
use killwire_surveillance::resolve::Open;
use killwire_surveillance::tree::RefKind;

/// Names that are looked up at the same time: as many as ESI takes in one question.
const AT_ONCE: usize = 500;

/// How long somebody who writes a profile waits. Real time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whom the store knows, and whom ESI knows besides.
pub(crate) struct FromLookup(pub(crate) Lookup);

impl FromLookup {
    async fn id(&self, open: Open) -> Result<Option<(Open, i64)>, LookupError> {
        let kinds = kinds(open.kind);
        let bearers = self.0.bearers(&open.name, kinds).await?;
        // Of namesakes the larger: who means a pilot can say so with `character`.
        let place = |kind: EntityKind| kinds.iter().position(|one| *one == kind);
        let meant = bearers
            .into_iter()
            .min_by_key(|key| (place(key.kind), key.id));
        Ok(meant.map(|key| (open, key.id)))
    }
}

/// Whose names are looked for, those first that are meant rather.
const fn kinds(kind: RefKind) -> &'static [EntityKind] {
    use EntityKind::{Alliance, Character, Corporation};
    match kind {
        RefKind::Character => &[Character],
        RefKind::Corporation => &[Corporation],
        RefKind::Alliance => &[Alliance],
        RefKind::Who => &[Alliance, Corporation, Character],
        _ => &[],
    }
}

impl People for FromLookup {
    fn ids(&self, names: Vec<Open>) -> BoxFuture<'_, Result<HashMap<Open, i64>, String>> {
        Box::pin(async move {
            let asking = futures::stream::iter(names)
                .map(|open| self.id(open))
                .buffer_unordered(AT_ONCE);
            let found = asking.try_filter_map(|found| async move { Ok(found) });
            match tokio::time::timeout(PATIENCE, found.try_collect()).await {
                Ok(found) => found.map_err(|error| error.to_string()),
                Err(_) => Err(format!(
                    "ESI has not answered within {} seconds",
                    PATIENCE.as_secs()
                )),
            }
        })
    }
}
