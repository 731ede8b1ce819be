//! Generated killmails, valued at the prices that the simulated zKillboard valued them at. Its
//! generator has its own reckoning of the same rules.

use killwire_killmail::{Document, Isk, Parsed, PriceSource, TypeId, parse};
use killwire_lookup::Priority;
use killwire_lookup::price::{ALL_MARKETS, Price, PriceConfig};
use killwire_lookup::valuation::{types_to_price, value};
use killwire_sim::{Generator, Service, prices};

use crate::market::{Market, at_esi, at_janice, at_mutamarket};

fn generated(count: usize) -> Vec<Parsed> {
    let mut generator = Generator::new(7);
    let time = "2026-11-20T12:00:00Z".parse().unwrap();
    let read = |document: &[u8]| match parse(document).unwrap() {
        Document::Killmail(parsed) => *parsed,
        other => panic!("{other:?}"),
    };
    let entries = (0..count).map(|_| generator.killmail(time).r2z2_entry(1, time));
    entries.map(|entry| read(&entry)).collect()
}

/// The price in the generator's tables.
fn table(type_id: TypeId) -> Option<Price> {
    let isk = prices::table(type_id.get())?;
    Some(Price {
        isk: Isk::from_hundredths(isk * 100),
        source: PriceSource::EsiAverage,
        market: ALL_MARKETS,
        date: "2026-11-20T00:00:00Z".parse().unwrap(),
    })
}

#[tokio::test]
async fn generated_killmails_are_worth_what_their_zkillboard_says() {
    let market = Market::open().await;
    let universe = market.universe.load();
    for parsed in generated(2_000) {
        let valuation = value(&parsed.killmail, &universe, &table);
        let zkb = parsed.zkb.unwrap();
        let ours = [
            valuation.fitted,
            valuation.dropped,
            valuation.destroyed,
            valuation.total,
        ];
        let theirs = [
            zkb.fitted_value,
            zkb.dropped_value,
            zkb.destroyed_value,
            zkb.total_value,
        ];
        let ours = ours.map(|figure| figure.map(|figure| figure.isk));
        assert_eq!(ours, theirs, "killmail {}", parsed.killmail.id);
        assert_eq!(valuation.unpriced, 0);
    }
}

#[tokio::test]
async fn only_what_no_source_has_is_unpriced() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let universe = market.universe.load();
    let killmails = generated(300);
    for parsed in &killmails {
        let types = types_to_price(&parsed.killmail, &universe);
        prices.fetch(&types, Priority::Live).await.unwrap();
        let price = |type_id: TypeId| prices.best(type_id).yes();
        let valuation = value(&parsed.killmail, &universe, &price);
        for line in valuation.lines {
            let id = line.type_id.get();
            let somebody = at_janice(id) || at_esi(id) || at_mutamarket(id);
            let by_rule = line
                .unit
                .is_some_and(|unit| unit.source == PriceSource::Rule);
            assert_eq!(line.unit.is_some(), somebody || by_rule, "type {id}");
        }
    }
    assert_eq!(market.requests(Service::Esi), 1);
    assert!(market.requests(Service::Janice) < killmails.len() as u64 / 2);
    market.assert_polite();
}
