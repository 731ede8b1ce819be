//! `GET /killmails/{killmail_id}/{killmail_hash}`

use super::Found;
use crate::generator::hex;
use crate::server::State;
use crate::server::reply::Reply;

pub(super) fn killmail(state: &State, id: i64, hash: &str) -> Found {
    let Some(kill) = state.world.kill(id) else {
        return Found::Refused(Reply::esi_error(404, "Killmail not found"));
    };
    if hex(&kill.hash) != hash {
        let text = "Invalid killmail_id and/or killmail_hash";
        return Found::Refused(Reply::esi_error(422, text));
    }
    Found::Killmail {
        origin: state.world.origin(kill),
        etag: format!("W/\"{hash}\""),
    }
}
