//! Names for delivery, from whoever enriches: the stages do not know each other, they meet here.

use killwire_delivery::Namer;
use killwire_intake::Enricher;
use killwire_killmail::{Enrichment, Parsed};

/// Names a killmail with what lies in memory.
pub(crate) struct FromMemory(pub(crate) Enricher);

impl Namer for FromMemory {
    fn name(&self, parsed: &Parsed) -> Enrichment {
        self.0.known(parsed)
    }
}
