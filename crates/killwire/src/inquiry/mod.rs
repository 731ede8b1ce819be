//! What a person asks about ids: the one implementation, whether it runs inside the server or in a
//! command of its own. Each answer is a plain type that travels over the control socket.

mod lookup;
mod price;
mod value;

use std::path::PathBuf;

use killwire_intake::Repairer;
use killwire_lookup::StaticDataStatus;
use killwire_store::Store;

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

    /// The hand that repairs gaps where no server runs; it shares the floors.
    pub(crate) fn repairer(&self) -> Repairer {
        self.knowledge.repairer()
    }

    /// What static data there is, and how an import goes.
    pub(crate) fn static_data(&self) -> StaticDataStatus {
        self.knowledge.static_data.status()
    }

    /// Begins an import of `file`, or of the newest build of CCP's site; answers its number, under
    /// which the status tells what becomes of it.
    pub(crate) fn begin_import(&self, file: Option<PathBuf>) -> u64 {
        self.knowledge.static_data.begin(file)
    }
}
