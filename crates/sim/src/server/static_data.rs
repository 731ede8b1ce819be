//! The site of CCP's static data export: the newest build, and zips by build.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State as Shares};
use axum::http::{HeaderMap, HeaderName, Response, header};

use super::Shared;
use super::gate::Incoming;
use super::reply::{Reply, http_date};
use crate::export::{Export, Exports};
use crate::faults::Service;

const BUILD: HeaderName = HeaderName::from_static("x-sde-build-number");

/// How long the newest build keeps, in seconds.
const LATEST_KEEPS: u32 = 300;

/// `GET /static-data/…`
pub(super) async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let mut incoming = Incoming::new(&shared, Service::StaticData, path, connection, headers);
    let entered = {
        let mut state = shared.state();
        incoming.enter(&shared, &mut state).map(|()| {
            let wanted = Wanted::of(&incoming.path, &state.exports);
            let exists = wanted.is_some();
            let fault = incoming.fault(&shared, &mut state, incoming.path_key(), exists);
            (wanted, fault)
        })
    };
    let (wanted, fault) = match entered {
        Ok(found) => found,
        Err(reply) => return reply.send(&shared, None, false).await,
    };
    let reply = match wanted {
        None => Reply::error(404),
        Some(wanted) => reply(&shared, wanted, &incoming).await,
    };
    reply.send(&shared, fault, false).await
}

enum Wanted {
    Line(Export),
    Redirect(Export),
    Zip(Export),
}

impl Wanted {
    fn of(path: &str, exports: &Exports) -> Option<Self> {
        let latest = || exports.latest().cloned();
        match path {
            "tranquility/latest.jsonl" => return latest().map(Self::Line),
            "eve-online-static-data-latest-jsonl.zip" => return latest().map(Self::Redirect),
            _ => {}
        }
        let build = path
            .strip_prefix("tranquility/eve-online-static-data-")?
            .strip_suffix("-jsonl.zip")?;
        exports.get(build.parse().ok()?).cloned().map(Self::Zip)
    }
}

async fn reply(shared: &Shared, wanted: Wanted, incoming: &Incoming) -> Reply {
    let (export, kind, keeps) = match &wanted {
        Wanted::Line(export) => (export.clone(), "line", LATEST_KEEPS),
        Wanted::Redirect(export) => (export.clone(), "latest", LATEST_KEEPS),
        Wanted::Zip(export) => (export.clone(), "zip", 86_400),
    };
    let etag = format!("\"{}-{kind}\"", export.build);
    let known = incoming.header(&header::IF_NONE_MATCH) == Some(etag.as_str());
    let build = export.build;
    let reply = match wanted {
        _ if known => Reply::empty(304),
        Wanted::Line(_) => Reply::bytes("application/jsonl", export.line()),
        Wanted::Redirect(_) => {
            let base = shared.base();
            let name = format!("tranquility/eve-online-static-data-{build}-jsonl.zip");
            Reply::empty(302).with(header::LOCATION, format!("{base}/static-data/{name}"))
        }
        // Writing it takes a while: not on a runtime's thread.
        Wanted::Zip(_) => {
            let released = export.released;
            match tokio::task::spawn_blocking(move || export.zip()).await {
                Ok(Ok(bytes)) => Reply::bytes("application/zip", bytes)
                    .with(header::LAST_MODIFIED, http_date(released)),
                Ok(Err(_)) | Err(_) => return Reply::error(500),
            }
        }
    };
    reply
        .with(BUILD, build.to_string())
        .with(header::ETAG, etag)
        .with(header::CACHE_CONTROL, format!("public, max-age={keeps}"))
}
