//! `enrich`: what a killmail's ids mean, put beside it when all of it is known (`warm`), and the JSON
//! that clients read, against what the peers do: a `serde_json::Value` of the killmail with the same
//! names, put in from hash maps. One thread.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use killwire_clock::Clock;
use killwire_intake::{EnrichConfig, Enricher};
use killwire_killmail::{Enrichment, Killmail, Parsed, Progress, killmail_json};
use killwire_lookup::{CACHE_VERSION, EntityKind, Lookup, LookupConfig};
use killwire_sim::{STATIC_BUILD, names, prices, static_export};
use killwire_store::{EntityRow, PriceRow, Store};
use killwire_universe::{CurrentUniverse, Universe, read_export};
use killwire_upstream::{Contact, UpstreamConfig, Upstreams, Volatile};
use serde_json::Value;

use crate::documents::Source;
use crate::report::{Counts, Line};
use crate::rounds::{in_turns, per_second};
use crate::{Outcome, feed};

const KILLMAILS: usize = 2_000;
const ROUNDS: usize = 7;
const SPAN: Duration = Duration::from_millis(500);
/// A closed port: with everything known nobody is asked.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Measures one case.
pub(crate) fn measure(_case: &str) -> Outcome<Option<Line>> {
    let mut source = Source::new();
    let killmails: Vec<Arc<Parsed>> = (0..KILLMAILS)
        .map(|_| source.parsed())
        .collect::<Outcome<_>>()?;
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let (enricher, store) = runtime.block_on(warm(&folder.path().join("bench.db"), &killmails))?;
    let incomplete = killmails
        .iter()
        .filter(|parsed| enricher.known(parsed).progress != Progress::Complete)
        .count();
    if incomplete > 0 {
        return Err(format!("{incomplete} killmails are not complete: nothing to measure").into());
    }
    let plain = PlainNames::of(&killmails, &enricher);
    let (value, baseline) = in_turns(
        ROUNDS,
        || {
            per_second(SPAN, || {
                each(&killmails, |parsed| Ok(ours(&enricher, parsed)))
            })
        },
        || per_second(SPAN, || each(&killmails, |parsed| plain.named(parsed))),
    )?;
    runtime.block_on(store.close());
    Ok(Some(Line::new(
        ("enrich", "warm"),
        (value, "killmails/s", Counts::Work),
        (
            Some(baseline),
            "serde_json::Value with names from hash maps",
        ),
    )))
}

fn each(killmails: &[Arc<Parsed>], enrich: impl Fn(&Parsed) -> Outcome<usize>) -> Outcome<u32> {
    let mut done = 0;
    for parsed in killmails {
        black_box(enrich(black_box(parsed))?);
        done += 1;
    }
    Ok(done)
}

fn ours(enricher: &Enricher, parsed: &Parsed) -> usize {
    let enrichment = enricher.known(parsed);
    json(parsed, &enrichment).len()
}

fn json(parsed: &Parsed, enrichment: &Enrichment) -> Vec<u8> {
    let (hash, zkb) = (parsed.hash.as_ref(), parsed.zkb.as_ref());
    killmail_json(&parsed.killmail, hash, zkb, Some(enrichment))
}

/// An enricher for whom nothing is left to ask.
async fn warm(file: &std::path::Path, killmails: &[Arc<Parsed>]) -> Outcome<(Enricher, Store)> {
    let (store, clock) = (feed::open(file).await?, Clock::system());
    let now = clock.now();
    // What another version of the caches left would be forgotten.
    store
        .remember("lookup.cache_version", &CACHE_VERSION.to_string())
        .await?;
    store.save_entities(entities(killmails, now)).await?;
    store.save_prices(price_rows(now)?).await?;
    let contact = Contact::new("killwire bench")?;
    let config = UpstreamConfig::simulated(NOWHERE, contact, clock.clone())?;
    let upstreams = Upstreams::open(config, Arc::new(Volatile::default())).await?;
    let universe = CurrentUniverse::new(universe()?);
    let mut config = LookupConfig::default();
    config.prices.order = "esi".parse()?;
    let lookup = Lookup::open(config, store.clone(), upstreams, universe, clock.clone()).await?;
    Ok((Enricher::new(lookup, clock, EnrichConfig::default()), store))
}

fn universe() -> Outcome<Universe> {
    let export = static_export(STATIC_BUILD)?;
    Ok(read_export(Cursor::new(export), &mut |_| {})?)
}

/// Everyone on the killmails, as the store remembers them.
fn entities(killmails: &[Arc<Parsed>], now: Timestamp) -> Vec<EntityRow> {
    let mut rows = HashMap::new();
    let mut add = |kind: EntityKind, id: Option<i64>| {
        let Some(id) = id else { return };
        rows.entry((kind, id)).or_insert_with(|| EntityRow {
            kind,
            id,
            name: Some(match kind {
                EntityKind::Character => names::character(id),
                EntityKind::Corporation => names::corporation(id),
                EntityKind::Alliance => names::alliance(id),
            }),
            ticker: (kind != EntityKind::Character).then(|| names::ticker(id)),
            fetched_at: now,
            expires_at: None,
            etag: None,
        });
    };
    for parsed in killmails {
        for (character, corporation, alliance) in everyone(&parsed.killmail) {
            add(EntityKind::Character, character);
            add(EntityKind::Corporation, corporation);
            add(EntityKind::Alliance, alliance);
        }
    }
    rows.into_values().collect()
}

fn everyone(
    killmail: &Killmail,
) -> impl Iterator<Item = (Option<i64>, Option<i64>, Option<i64>)> + '_ {
    let victim = &killmail.victim;
    let attackers = killmail.attackers.iter().map(|one| {
        (
            one.character_id.map(i64::from),
            one.corporation_id.map(i64::from),
            one.alliance_id.map(i64::from),
        )
    });
    attackers.chain([(
        victim.character_id.map(i64::from),
        victim.corporation_id.map(i64::from),
        victim.alliance_id.map(i64::from),
    )])
}

/// ESI's list, as the store remembers it.
fn price_rows(now: Timestamp) -> Outcome<Vec<PriceRow>> {
    prices::priced_types()
        .map(|id| {
            Ok(PriceRow {
                source: "esi_average".to_owned(),
                market: 0,
                type_id: id.try_into()?,
                price: prices::table(id)
                    .map(|isk| killwire_killmail::Isk::from_hundredths(isk.saturating_mul(100))),
                priced_at: now,
                fetched_at: now,
            })
        })
        .collect()
}

/// The names of everything, as the peers hold them.
struct PlainNames {
    names: HashMap<i64, String>,
    tickers: HashMap<i64, String>,
}

impl PlainNames {
    fn of(killmails: &[Arc<Parsed>], enricher: &Enricher) -> Self {
        let mut plain = Self {
            names: HashMap::new(),
            tickers: HashMap::new(),
        };
        for parsed in killmails {
            let known = enricher.known(parsed);
            let characters = known
                .characters
                .into_iter()
                .map(|one| (one.id.get(), one.name));
            plain.names.extend(characters);
            let hulls = known.hulls.into_iter().map(|one| (one.id.get(), one.name));
            plain.names.extend(hulls);
            for one in known.corporations {
                plain
                    .tickers
                    .extend(one.ticker.map(|ticker| (one.id.get(), ticker)));
                plain.names.insert(one.id.get(), one.name);
            }
            for one in known.alliances {
                plain
                    .tickers
                    .extend(one.ticker.map(|ticker| (one.id.get(), ticker)));
                plain.names.insert(one.id.get(), one.name);
            }
        }
        plain
    }

    /// The killmail as a tree of values, names put in, written out.
    fn named(&self, parsed: &Parsed) -> Outcome<usize> {
        let mut killmail: Value = serde_json::from_slice(&parsed.esi)?;
        self.name(&mut killmail["victim"]);
        if let Some(attackers) = killmail["attackers"].as_array_mut() {
            for attacker in attackers {
                self.name(attacker);
            }
        }
        Ok(serde_json::to_vec(&killmail)?.len())
    }

    fn name(&self, someone: &mut Value) {
        for (id, name, ticker) in [
            ("character_id", "character_name", None),
            (
                "corporation_id",
                "corporation_name",
                Some("corporation_ticker"),
            ),
            ("alliance_id", "alliance_name", Some("alliance_ticker")),
            ("ship_type_id", "ship_name", None),
            ("weapon_type_id", "weapon_name", None),
        ] {
            let Some(id) = someone[id].as_i64() else {
                continue;
            };
            if let Some(known) = self.names.get(&id) {
                someone[name] = Value::String(known.clone());
            }
            if let (Some(ticker), Some(known)) = (ticker, self.tickers.get(&id)) {
                someone[ticker] = Value::String(known.clone());
            }
        }
    }
}
