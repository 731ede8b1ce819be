//! Which of CCP's builds static data comes from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A build of the static data export, from its file `_sde.jsonl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// CCP's number: 3171578. A later build has a higher one.
    pub number: u32,
    /// When CCP released it; none where the export does not say.
    pub released: Option<Timestamp>,
}
