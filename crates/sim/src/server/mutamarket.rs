//! MutaMarket: abyssal modules of a type, with what they are thought to be worth.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State as Shares};
use axum::http::{HeaderMap, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Shared;
use super::gate::Incoming;
use super::reply::Reply;
use crate::faults::Service;
use crate::prices;

/// `GET /mutamarket/modules/type/{type}`; filters after it are not played.
pub(super) async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let mut incoming = Incoming::new(&shared, Service::Mutamarket, path, connection, headers);
    let entered = {
        let mut state = shared.state();
        incoming.enter(&shared, &mut state).map(|()| {
            let page = page(&incoming.path, &shared.base(), incoming.at);
            let reply =
                page.map_or_else(not_found, |page| Reply::json(page.to_string().into_bytes()));
            let key = incoming.path_key();
            let fault = incoming.fault(&shared, &mut state, key, reply.status == 200);
            (reply, fault)
        })
    };
    let (reply, fault) = entered.unwrap_or_else(|reply| (reply, None));
    reply.send(&shared, fault, incoming.accepts_gzip()).await
}

fn not_found() -> Reply {
    let body = json!({"message": "Not Found"}).to_string().into_bytes();
    let mut reply = Reply::json(body);
    reply.status = 404;
    reply
}

/// The first page of a type's modules, which is all there is.
fn page(path: &str, base: &str, now: Timestamp) -> Option<Value> {
    let type_id: i64 = path
        .trim_end_matches('/')
        .strip_prefix("modules/type/")?
        .parse()
        .ok()?;
    let kind = prices::abyssal(type_id)?;
    let estimated = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let modules: Vec<Value> = prices::mutamarket(type_id)?
        .into_iter()
        .map(|(item_id, estimate)| {
            json!({
                "id": item_id,
                "type": {"id": type_id, "name": kind.name},
                "source_type": null,
                "mutaplasmid": null,
                "mutated_attributes": [],
                "contract": null,
                "estimated_value": estimate,
                "estimated_value_updated_at": estimate.map(|_| &estimated),
                "slug": format!("{type_id}-{item_id}"),
                "average_fraction": 0.5,
            })
        })
        .collect();
    let url = format!("{base}/mutamarket/modules/type/{type_id}");
    Some(json!({
        "data": modules,
        "links": {"first": null, "last": null, "prev": null, "next": null},
        "meta": {"path": url, "per_page": 100, "next_cursor": null, "prev_cursor": null},
    }))
}
