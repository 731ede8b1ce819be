//! Prices from three sources, against the simulator.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use killwire_cache::Policy;
use killwire_killmail::{Isk, PriceSource};
use killwire_lookup::price::{ALL_MARKETS, JITA, PriceConfig, PriceProvider};
use killwire_lookup::{Known, LookupError, Priority};
use killwire_sim::{Service, prices as said};

use crate::market::{Market, at_esi, at_janice, at_mutamarket, id, price, types};

fn in_order(order: &str) -> PriceConfig {
    PriceConfig {
        order: order.parse().unwrap(),
        ..PriceConfig::default()
    }
}

#[tokio::test]
async fn the_first_source_that_has_a_price_gives_it_and_the_next_is_not_asked() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let wanted = types(at_janice);
    assert_eq!(prices.best(wanted[0]), Known::NotYet);
    prices.fetch(&wanted, Priority::Live).await.unwrap();
    for type_id in &wanted {
        let price = price(prices.best(*type_id));
        let split = said::janice(type_id.get()).unwrap().split;
        assert_eq!(price.isk, Isk::from_hundredths(split.0));
        assert_eq!((price.source, price.market), (PriceSource::Janice, JITA));
    }
    assert_eq!(market.requests(Service::Esi), 0);
    assert_eq!(market.requests(Service::Mutamarket), 0);
    let calls = wanted.len().div_ceil(100);
    assert_eq!(
        market.requests(Service::Janice),
        calls as u64,
        "a hundred types a call"
    );
    market.assert_polite();
}

#[tokio::test]
async fn what_janice_does_not_know_comes_from_esi_the_average_before_the_adjusted() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let wanted = types(|type_id| !at_janice(type_id) && at_esi(type_id));
    assert!(!wanted.is_empty());
    prices.fetch(&wanted, Priority::Live).await.unwrap();
    for type_id in wanted {
        let price = price(prices.best(type_id));
        let row = said::esi(type_id.get()).unwrap();
        let (amount, source) = match row.average {
            Some(average) => (average, PriceSource::EsiAverage),
            None => (row.adjusted.unwrap(), PriceSource::EsiAdjusted),
        };
        assert_eq!(
            (price.isk, price.source),
            (Isk::from_hundredths(amount.0), source)
        );
        assert_eq!(price.market, ALL_MARKETS);
    }
    assert_eq!(
        market.requests(Service::Esi),
        1,
        "the whole list in one call"
    );
    market.assert_polite();
}

#[tokio::test]
async fn an_abyssal_type_costs_the_median_of_its_estimates() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let wanted = types(at_mutamarket);
    let one = *wanted.first().unwrap();
    prices.fetch(&[one], Priority::Live).await.unwrap();
    let estimates = said::mutamarket(one.get()).unwrap().into_iter();
    let mut estimates: Vec<i64> = estimates.filter_map(|(_, value)| Some(value?.0)).collect();
    estimates.sort_unstable();
    let middle = |place: usize| estimates[place];
    let (low, high) = (
        middle((estimates.len() - 1) / 2),
        middle(estimates.len() / 2),
    );
    let price = price(prices.best(one));
    assert_eq!(price.isk, Isk::from_hundredths(low + (high - low) / 2));
    assert_eq!(price.source, PriceSource::Mutamarket);
    assert_eq!(market.requests(Service::Mutamarket), 1);
    market.assert_polite();
}

#[tokio::test]
async fn what_nobody_has_a_price_for_is_missing_and_is_not_asked_for_again() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let nobody =
        types(|type_id| !at_janice(type_id) && !at_esi(type_id) && !at_mutamarket(type_id));
    let wanted: Vec<_> = nobody.into_iter().chain([id(999_999_999)]).collect();
    prices.fetch(&wanted, Priority::Live).await.unwrap();
    assert!(wanted.iter().all(|one| prices.best(*one) == Known::Missing));
    let asked = (
        market.requests(Service::Janice),
        market.requests(Service::Esi),
    );
    prices.fetch(&wanted, Priority::Live).await.unwrap();
    let after = (
        market.requests(Service::Janice),
        market.requests(Service::Esi),
    );
    assert_eq!(after, asked);
    assert_eq!(
        market.requests(Service::Mutamarket),
        0,
        "none of them is abyssal"
    );
    market.assert_polite();
}

#[tokio::test]
async fn another_order_asks_others_first() {
    let market = Market::open().await;
    let prices = market.prices(in_order("esi, janice")).await;
    let wanted = types(at_esi);
    prices.fetch(&wanted, Priority::Live).await.unwrap();
    let from_esi = [PriceSource::EsiAverage, PriceSource::EsiAdjusted];
    for type_id in wanted {
        assert!(from_esi.contains(&price(prices.best(type_id)).source));
    }
    assert_eq!(market.requests(Service::Janice), 0);
    // A source that is not named is not asked, not even for what only it has.
    let abyssal = types(at_mutamarket)[0];
    prices.fetch(&[abyssal], Priority::Live).await.unwrap();
    assert_eq!(prices.best(abyssal), Known::Missing);
    assert_eq!(market.requests(Service::Mutamarket), 0);
    market.assert_polite();
}

#[tokio::test]
async fn without_a_key_janice_is_passed_over() {
    let market = Market::with_key(None).await;
    let prices = market.prices(PriceConfig::default()).await;
    let wanted = types(|type_id| at_janice(type_id) && at_esi(type_id));
    prices.fetch(&wanted, Priority::Live).await.unwrap();
    let price = price(prices.best(wanted[0]));
    assert_ne!(price.source, PriceSource::Janice);
    let each: Vec<_> = prices
        .each(wanted[0])
        .into_iter()
        .map(|(provider, _)| provider)
        .collect();
    assert_eq!(each, [PriceProvider::Mutamarket, PriceProvider::Esi]);
    market.assert_polite();
}

#[tokio::test]
async fn while_a_source_is_away_the_next_one_is_asked_and_it_is_left_alone() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let wanted = types(|type_id| at_janice(type_id) && at_esi(type_id));
    market.break_down(Service::Janice);
    prices.fetch(&wanted[..5], Priority::Live).await.unwrap();
    let source = price(prices.best(wanted[0])).source;
    assert!([PriceSource::EsiAverage, PriceSource::EsiAdjusted].contains(&source));
    let asked = market.requests(Service::Janice);
    prices.fetch(&wanted[5..10], Priority::Live).await.unwrap();
    assert!(prices.best(wanted[9]).yes().is_some());
    assert_eq!(market.requests(Service::Janice), asked);
    market.assert_polite();
}

#[tokio::test]
async fn a_price_that_cannot_be_fetched_is_an_error_and_not_known_to_be_missing() {
    let market = Market::open().await;
    let prices = market.prices(in_order("esi")).await;
    market.break_down(Service::Esi);
    let wanted = types(at_esi)[0];
    let error = prices.fetch(&[wanted], Priority::Live).await.unwrap_err();
    assert!(matches!(error, LookupError::Upstream { .. }), "{error}");
    assert!(
        error
            .to_string()
            .starts_with("asking ESI for its list of prices: ")
    );
    assert_eq!(prices.best(wanted), Known::NotYet);
    market.assert_polite();
}

#[tokio::test]
async fn many_who_want_the_same_prices_cost_one_call() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let wanted: Vec<_> = types(at_janice).into_iter().take(50).collect();
    let all = (0..20).map(|_| prices.fetch(&wanted, Priority::Live));
    assert!(
        join_all(all)
            .await
            .into_iter()
            .all(|fetched| fetched.is_ok())
    );
    assert_eq!(market.requests(Service::Janice), 1);
    market.assert_polite();
}

#[tokio::test]
async fn after_a_restart_prices_are_there_also_those_that_are_missing() {
    let market = Market::open().await;
    let before = market.prices(PriceConfig::default()).await;
    let every_seventh = types(|_| true).into_iter().step_by(7);
    let wanted: Vec<_> = every_seventh.chain([id(999_999_999)]).collect();
    let sources = |prices: &killwire_lookup::price::Prices| -> Vec<_> {
        wanted.iter().map(|one| prices.best(*one)).collect()
    };
    before.fetch(&wanted, Priority::Live).await.unwrap();
    before.flush().await;
    let known = sources(&before);
    let kinds: BTreeSet<_> = known
        .iter()
        .map(|known| known.yes().map(|price| price.source))
        .collect();
    assert!(
        kinds.len() >= 4,
        "several sources, and missing ones: {kinds:?}"
    );
    let requests = market.sim.status().requests;

    let after = market.prices(PriceConfig::default()).await;
    after.fetch(&wanted, Priority::Live).await.unwrap();
    assert_eq!(
        market.sim.status().requests,
        requests,
        "nothing was asked again"
    );
    for (now, then) in sources(&after).into_iter().zip(known) {
        let told = |known: Known<killwire_lookup::price::Price>| {
            let price = known.yes();
            price.map(|price| {
                (
                    price.isk,
                    price.source,
                    price.market,
                    price.date.as_microsecond(),
                )
            })
        };
        assert_eq!(told(now), told(then));
    }
    market.assert_polite();
}

#[tokio::test]
async fn prices_of_another_market_are_other_prices() {
    let market = Market::open().await;
    let jita = market.prices(PriceConfig::default()).await;
    let wanted = types(at_janice)[0];
    jita.fetch(&[wanted], Priority::Live).await.unwrap();
    jita.flush().await;
    let amarr = PriceConfig {
        market: 115,
        ..PriceConfig::default()
    };
    let amarr = market.prices(amarr).await;
    assert_eq!(
        amarr.best(wanted),
        Known::NotYet,
        "Jita's stored price is not Amarr's"
    );
    amarr.fetch(&[wanted], Priority::Live).await.unwrap();
    let (there, here) = (price(amarr.best(wanted)), price(jita.best(wanted)));
    assert_eq!(there.market, 115);
    assert!(there.isk > here.isk);
    market.assert_polite();
}

#[tokio::test]
async fn an_expired_price_is_given_while_a_fresh_one_is_fetched() {
    let market = Market::open().await;
    let minute = Duration::from_secs(60);
    let prices = market
        .prices(PriceConfig {
            janice: Policy::new("janice_prices", minute, 1 << 20).stale_for(600 * minute),
            ..PriceConfig::default()
        })
        .await;
    let wanted = types(at_janice)[0];
    prices.fetch(&[wanted], Priority::Live).await.unwrap();
    // Every look finds a price; the first after it has expired has a fresh one fetched.
    while market.requests(Service::Janice) < 2 {
        assert!(prices.best(wanted).yes().is_some());
        market.clock.sleep(minute / 10).await;
    }
    assert!(prices.best(wanted).yes().is_some());
    market.assert_polite();
}

#[tokio::test]
async fn figures_say_what_each_source_was_asked() {
    let market = Market::open().await;
    let prices = market.prices(PriceConfig::default()).await;
    let wanted: Vec<_> = types(at_janice).into_iter().take(10).collect();
    prices.fetch(&wanted, Priority::Live).await.unwrap();
    let reports = prices.reports();
    let told: Vec<_> = reports
        .iter()
        .map(|report| (report.name, report.asked, report.calls))
        .collect();
    assert_eq!(
        told,
        [
            ("janice_prices", 10, 1),
            ("mutamarket_prices", 0, 0),
            ("esi_prices", 0, 0)
        ]
    );
}
