//! What the simulated markets say of each type: derived from the generator's tables, so that every
//! source has a figure of its own and no two are quite the same.
//!
//! | source | knows | says |
//! |---|---|---|
//! | ESI | what is traded: no abyssal modules, no NPCs; of some types only the adjusted price, of some nothing | average within 5 %, adjusted within 10 % of the table |
//! | Janice | the same, except one type in 31 | split within 3 % of the table, buying 4 % below it, selling 4 % above |
//! | MutaMarket | abyssal modules | for each type 9 to 28 modules, from 60 to 140 % of the table, a few without an estimate |

use crate::generator::catalogue::{ABYSSAL, Kind, kinds};
use crate::generator::{Hundredths, catalogue};

/// ESI's row of a type in `GET /markets/prices`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EsiPrice {
    /// `adjusted_price`.
    pub adjusted: Option<Hundredths>,
    /// `average_price`.
    pub average: Option<Hundredths>,
}

/// Janice's prices of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JanicePrice {
    /// `buyPrice`.
    pub buy: Hundredths,
    /// `splitPrice`.
    pub split: Hundredths,
    /// `sellPrice`.
    pub sell: Hundredths,
}

/// The price in the generator's tables, which zKillboard's values are made of. In ISK. `None` for
/// types that cannot be owned and for those that no generated killmail shows.
#[must_use]
pub fn table(type_id: i64) -> Option<i64> {
    kinds().get(&type_id)?.price
}

/// Every type with a price in the tables, by id.
pub fn priced_types() -> impl Iterator<Item = i64> {
    kinds()
        .values()
        .filter(|kind| kind.price.is_some())
        .map(|kind| kind.id)
}

/// ESI's row of a type; `None` where its list has none.
#[must_use]
pub fn esi(type_id: i64) -> Option<EsiPrice> {
    let price = traded(type_id)?;
    let adjusted = Some(permille(price, 1_000 + wobble(type_id, 1, 100)));
    let average = Some(permille(price, 1_000 + wobble(type_id, 2, 50)));
    Some(match type_id % 20 {
        7 => EsiPrice {
            adjusted,
            average: None,
        },
        13 => EsiPrice {
            adjusted: None,
            average: None,
        },
        _ => EsiPrice { adjusted, average },
    })
}

/// Janice's prices of a type at its market 2, Jita; `None` where it knows none. Its other markets
/// are five percent dearer.
#[must_use]
pub fn janice(type_id: i64) -> Option<JanicePrice> {
    let price = traded(type_id).filter(|_| type_id % 31 != 5)?;
    let split = 1_000 + wobble(type_id, 3, 30);
    Some(JanicePrice {
        buy: permille(price, split - 40),
        split: permille(price, split),
        sell: permille(price, split + 40),
    })
}

/// What MutaMarket estimates the modules of an abyssal type at, each with its item id; `None` for
/// other types.
#[must_use]
pub fn mutamarket(type_id: i64) -> Option<Vec<(i64, Option<Hundredths>)>> {
    let kind = abyssal(type_id)?;
    let price = kind.price?;
    let count = 9 + type_id % 20;
    let modules = (0..count).map(|place| {
        let item_id = 1_046_000_000_000 + type_id * 1_000 + place;
        let estimate = permille(price, 1_000 + wobble(item_id, 4, 400));
        (item_id, (place % 8 != 5).then_some(estimate))
    });
    Some(modules.collect())
}

pub(crate) fn abyssal(type_id: i64) -> Option<&'static Kind> {
    catalogue::kinds()
        .get(&type_id)
        .filter(|kind| kind.meta_group == ABYSSAL)
}

fn traded(type_id: i64) -> Option<i64> {
    let kind = kinds().get(&type_id)?;
    kind.price.filter(|_| kind.meta_group != ABYSSAL)
}

/// So many thousandths of a price in ISK.
fn permille(price: i64, thousandths: i64) -> Hundredths {
    Hundredths((price.saturating_mul(thousandths) / 10).max(1))
}

/// A number from `-most` to `most` that belongs to an id.
fn wobble(id: i64, salt: i64, most: i64) -> i64 {
    (id.wrapping_mul(7_919).wrapping_add(salt * 104_729)).rem_euclid(2 * most + 1) - most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_oddity_of_a_market_occurs() {
        let all: Vec<_> = priced_types().map(esi).collect();
        let count =
            |test: fn(&Option<EsiPrice>) -> bool| all.iter().filter(|one| test(one)).count();
        assert!(count(Option::is_none) > 5);
        assert!(count(|row| row.is_some_and(|row| row.average.is_none())) > 5);
        assert!(count(|row| row.is_some_and(|row| row.adjusted.is_none())) > 2);
        assert!(count(|row| row.is_some_and(|row| row.average.is_some())) > 200);
        assert!(priced_types().any(|id| janice(id).is_none() && esi(id).is_some()));
    }

    #[test]
    fn prices_lie_around_the_table() {
        for id in priced_types() {
            let price = table(id).unwrap();
            if let Some(quote) = janice(id) {
                assert!(quote.buy <= quote.split && quote.split <= quote.sell);
                assert!((quote.split.0 - price * 100).abs() <= price * 3, "{id}");
            }
            for (_, estimate) in mutamarket(id).into_iter().flatten() {
                assert!(estimate.is_none_or(|one| one.0 >= price * 60 && one.0 <= price * 140));
            }
        }
    }
}
