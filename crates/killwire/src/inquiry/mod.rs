//! What a person asks about ids: the one implementation, whether it runs inside the server or in a
//! command of its own. Each answer is a plain type that travels over the control socket.

mod lookup;
mod price;
mod value;

use std::path::PathBuf;

use killwire_lookup::StaticDataStatus;
use killwire_store::Store;
use killwire_upstream::Upstreams;

use crate::knowledge::Knowledge;

pub(crate) use self::lookup::Match;
pub(crate) use self::price::{Priced, PricedType};
pub(crate) use self::value::{Worth, WorthLine};

/// The one who answers. Clones share what is known.
#[derive(Clone)]
pub(crate) struct Inquiry {
    store: Store,
    knowledge: Knowledge,
}

impl Inquiry {
    /// Answers from `store` and `knowledge`.
    pub(crate) fn new(store: Store, knowledge: Knowledge) -> Self {
        Self { store, knowledge }
    }

    /// Whoever else has to ask the world outside shares the floors.
    pub(crate) fn upstreams(&self) -> Upstreams {
        self.knowledge.upstreams.clone()
    }

    /// Waits until what was fetched is stored.
    pub(crate) async fn flush(&self) {
        self.knowledge.lookup.flush().await;
    }

    /// What static data there is, and how an import goes.
    pub(crate) fn static_data(&self) -> StaticDataStatus {
        self.knowledge.static_data.status()
    }

    /// Begins an import of `file`, or of the newest build of CCP's site. When this returns, the
    /// status shows it.
    pub(crate) fn begin_import(&self, file: Option<PathBuf>) {
        self.knowledge.static_data.begin(file);
    }
}
