//! Generated killmails, valued at the prices that the simulated zKillboard valued them at. Its
//! generator has its own reckoning of the same rules.

use killwire_killmail::{Document, Isk, Parsed, PriceSource, TypeId, parse};
use killwire_lookup::Priority;
use killwire_lookup::price::{ALL_MARKETS, Price, PriceConfig};
use killwire_lookup::valuation::{types_to_price, value};
use killwire_sim::{Generator, prices};

use crate::market::Market;

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
async fn killmails_are_valued_with_few_calls() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let universe = market.universe.load();
    let killmails = generated(300);
    for parsed in &killmails {
        let types = types_to_price(&parsed.killmail, &universe);
        prices.fetch(&types, Priority::Live).await.unwrap();
        let valuation = value(&parsed.killmail, &universe, &|type_id| {
            prices.best(type_id).yes()
        });
        let unpriced = valuation.lines.iter().filter(|line| line.unit.is_none());
        for line in unpriced {
            assert_eq!(
                prices::esi(line.type_id.get()).and_then(|row| row.average),
                None
            );
        }
        assert!(valuation.valued().is_some());
    }
    market.assert_polite();
}
