//! Janice: prices of types at a market, for those who have a key.
//!
//! Types that it does not know are left out of an answer; which the real one does is not
//! documented.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Path, RawQuery, State as Shares};
use axum::http::{HeaderMap, HeaderName, Method, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Shared;
use super::gate::{Incoming, fnv};
use super::reply::Reply;
use crate::faults::Service;
use crate::generator::Hundredths;
use crate::generator::catalogue::{Kind, kinds};
use crate::prices;

const API_KEY: HeaderName = HeaderName::from_static("x-apikey");

/// Its markets; 2 is Jita.
const MARKETS: [i64; 13] = [2, 3, 4, 5, 6, 113, 114, 115, 116, 117, 118, 119, 120];

/// `POST /janice/pricer?market=2` with a type id or name on each line, `GET /janice/pricer/{type}`
pub(super) async fn serve(
    Shares(shared): Shares<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut incoming = Incoming::new(&shared, Service::Janice, path, connection, headers);
    let entered = {
        let mut state = shared.state();
        incoming.enter(&shared, &mut state).map(|()| {
            let reply = answer(&shared, &incoming, &method, query.as_deref(), &body);
            let key = incoming.path_key() ^ fnv(&body).rotate_left(32);
            let fault = incoming.fault(&shared, &mut state, key, reply.status == 200);
            (reply, fault)
        })
    };
    let (reply, fault) = entered.unwrap_or_else(|reply| (reply, None));
    reply.send(&shared, fault, incoming.accepts_gzip()).await
}

fn answer(
    shared: &Shared,
    incoming: &Incoming,
    method: &Method,
    query: Option<&str>,
    body: &[u8],
) -> Reply {
    if incoming.header(&API_KEY) != Some(shared.janice_key.as_str()) {
        return Reply::error(401);
    }
    let market = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .find_map(|pair| pair.strip_prefix("market="))
        .map_or(Some(2), |market| market.parse().ok());
    let Some(market) = market.filter(|market| MARKETS.contains(market)) else {
        return Reply::error(400);
    };
    let row = |kind| row(kind, market, incoming.at);
    let path = incoming.path.trim_end_matches('/');
    match (method.as_str(), path.strip_prefix("pricer")) {
        ("POST", Some("")) => {
            let text = String::from_utf8_lossy(body);
            let rows: Vec<Value> = text.lines().filter_map(kind).filter_map(row).collect();
            Reply::json(Value::from(rows).to_string().into_bytes())
        }
        ("GET", Some(one)) => match kind(one.trim_start_matches('/')).and_then(row) {
            Some(row) => Reply::json(row.to_string().into_bytes()),
            None => Reply::error(404),
        },
        _ => Reply::error(404),
    }
}

/// The type of an id or a name.
fn kind(text: &str) -> Option<&'static Kind> {
    let text = text.trim();
    match text.parse() {
        Ok(id) => kinds().get(&id),
        Err(_) => kinds()
            .values()
            .find(|kind| kind.name.eq_ignore_ascii_case(text)),
    }
}

fn row(kind: &Kind, market: i64, now: Timestamp) -> Option<Value> {
    let price = prices::janice(kind.id)?;
    let factor = if market == 2 { 100 } else { 105 };
    let at = |price: Hundredths| Hundredths(price.0.saturating_mul(factor) / 100);
    let (buy, split, sell) = (at(price.buy), at(price.split), at(price.sell));
    let quotes = json!({
        "buyPrice": buy, "splitPrice": split, "sellPrice": sell,
        "buyPrice5DayMedian": buy, "splitPrice5DayMedian": split, "sellPrice5DayMedian": sell,
        "buyPrice30DayMedian": buy, "splitPrice30DayMedian": split, "sellPrice30DayMedian": sell,
    });
    Some(json!({
        "date": now.strftime("%Y-%m-%dT00:00:00Z").to_string(),
        "market": {"id": market, "name": if market == 2 { "Jita 4-4" } else { "elsewhere" }},
        "buyOrderCount": 20,
        "buyVolume": 1_000 + kind.id % 1_000,
        "sellOrderCount": 30,
        "sellVolume": 2_000 + kind.id % 1_000,
        "immediatePrices": quotes,
        "top5AveragePrices": quotes,
        "itemType": {"eid": kind.id, "name": kind.name, "volume": 5.0, "packagedVolume": 5.0},
    }))
}
