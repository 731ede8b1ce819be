//! The one JSON form in which Killwire shows a killmail.

use crate::{Killmail, KillmailHash, ZkbInfo};

/// The killmail as clients read it, encoded. Absent parts are left out, never null.
#[must_use]
pub fn killmail_json(
    killmail: &Killmail,
    hash: Option<&KillmailHash>,
    zkb: Option<&ZkbInfo>,
) -> Vec<u8> {
    let _ = (killmail, hash, zkb);
    todo!()
}
