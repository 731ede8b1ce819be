//! What zKillboard's REST lists of a solar system.

use jiff::{SignedDuration, Timestamp};

use super::kill::ZkbBlock;
use super::{Origin, World};

/// Younger killmails are withheld.
const WITHHELD: SignedDuration = SignedDuration::from_mins(5);

/// How many a page has.
const PAGE: usize = 200;

/// Killmails of a solar system, not yet written; the newest first.
#[derive(Debug)]
pub(crate) struct Listing(Vec<Origin>);

impl World {
    /// Those of the last `past` seconds that have been published and are old enough to be shown.
    pub(crate) fn listing(&self, solar_system_id: i64, past: i64, now: Timestamp) -> Listing {
        let mut found: Vec<_> = self
            .kills
            .iter()
            .filter(|kill| kill.solar_system_id == solar_system_id)
            .filter(|kill| {
                let age = now.duration_since(kill.time);
                age >= WITHHELD && age.as_secs() <= past
            })
            .collect();
        found.sort_unstable_by_key(|kill| std::cmp::Reverse(kill.id));
        let page = found.into_iter().take(PAGE);
        Listing(page.map(|kill| self.origin(kill)).collect())
    }
}

impl Listing {
    /// As REST writes it: ESI's objects, each with zKillboard's block, which has no `href` and no
    /// `attackerCount` there.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = vec![b'['];
        for origin in &self.0 {
            if out.len() > 1 {
                out.push(b',');
            }
            let body = origin.body();
            let open = body.esi.trim_ascii_end();
            out.extend_from_slice(open.strip_suffix(b"}").unwrap_or(open));
            out.extend_from_slice(br#","zkb":"#);
            out.extend_from_slice(&rest_block(&body.zkb));
            out.push(b'}');
        }
        out.push(b']');
        out
    }
}

fn rest_block(zkb: &ZkbBlock) -> Vec<u8> {
    let bytes = zkb.json();
    let Ok(serde_json::Value::Object(mut block)) = serde_json::from_slice(&bytes) else {
        return bytes;
    };
    block.remove("href");
    block.remove("attackerCount");
    serde_json::Value::Object(block).to_string().into_bytes()
}
