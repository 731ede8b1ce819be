//! EVE Ref: a day's killmails in one archive.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State as Shares};
use axum::http::{HeaderMap, Response};
use bzip2::Compression;
use bzip2::write::BzEncoder;
use jiff::civil::Date;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::gate::Incoming;
use super::reply::Reply;
use crate::faults::Service;
use crate::world::Member;

/// `GET /everef/killmails/{YYYY}/killmails-{YYYY-MM-DD}.tar.bz2` and `…/totals.json`
pub(super) async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let mut incoming = Incoming::new(&shared, Service::Everef, path, connection, headers);
    let wanted = Wanted::of(&incoming.path);
    let entered = {
        let mut state = shared.state();
        incoming.enter(&shared, &mut state).map(|()| {
            let found = match wanted {
                Wanted::Totals => Found::Totals(state.world.day_totals(incoming.at)),
                Wanted::Day(day) => Found::Day(state.world.everef_day(day, incoming.at)),
                Wanted::Other => Found::Day(Vec::new()),
            };
            let exists = !matches!(&found, Found::Day(members) if members.is_empty());
            let fault = incoming.fault(&shared, &mut state, incoming.path_key(), exists);
            (found, fault)
        })
    };
    let (found, fault) = match entered {
        Ok(found) => found,
        Err(reply) => return reply.send(&shared, None, false).await,
    };
    let reply = match found {
        // A map of numbers always serialises.
        Found::Totals(totals) => Reply::json(serde_json::to_vec(&totals).unwrap_or_default()),
        Found::Day(members) if members.is_empty() => Reply::error(404),
        Found::Day(members) => packed(&shared, members).await,
    };
    reply.send(&shared, fault, false).await
}

enum Wanted {
    Totals,
    Day(Date),
    Other,
}

enum Found {
    Totals(std::collections::BTreeMap<String, usize>),
    Day(Vec<Member>),
}

impl Wanted {
    fn of(path: &str) -> Self {
        if path == "killmails/totals.json" {
            return Self::Totals;
        }
        let day = path
            .rsplit_once("/killmails-")
            .and_then(|(_, file)| file.strip_suffix(".tar.bz2"))
            .and_then(|day| day.parse::<Date>().ok());
        match day {
            Some(day) if path.starts_with(&format!("killmails/{}/", day.year())) => Self::Day(day),
            _ => Self::Other,
        }
    }
}

/// A busy day is megabytes of JSON to write and compress: not on a runtime's thread, and only as
/// long as the client waits for it.
async fn packed(shared: &Shared, members: Vec<Member>) -> Reply {
    let given_up = shared.stop.child_token();
    let _when_dropped = given_up.clone().drop_guard();
    match tokio::task::spawn_blocking(move || archive(&members, &given_up)).await {
        Ok(Ok(bytes)) => Reply::bytes("application/x-bzip2", bytes),
        Ok(Err(_)) | Err(_) => Reply::error(500),
    }
}

fn archive(members: &[Member], given_up: &CancellationToken) -> std::io::Result<Vec<u8>> {
    let mut tar = tar::Builder::new(BzEncoder::new(Vec::new(), Compression::fast()));
    for member in members {
        if given_up.is_cancelled() {
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        let bytes = member.write();
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        let name = format!("killmails/{}.json", member.id);
        tar.append_data(&mut header, name, bytes.as_slice())?;
    }
    tar.into_inner()?.finish()
}
