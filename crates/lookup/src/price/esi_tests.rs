use super::*;

fn id(type_id: i64) -> TypeId {
    TypeId::new(type_id).unwrap()
}

fn isk(hundredths: i64) -> Isk {
    Isk::from_hundredths(hundredths)
}

fn at(minute: i8) -> Timestamp {
    format!("2026-11-20T12:{minute:02}:00Z").parse().unwrap()
}

fn row(type_id: i64, average: Option<i64>, adjusted: Option<i64>) -> MarketPrice {
    MarketPrice {
        type_id: id(type_id),
        adjusted: adjusted.map(isk),
        average: average.map(isk),
    }
}

#[test]
fn the_average_comes_before_the_adjusted_price_and_what_has_neither_is_not_there() {
    let rows = [
        row(587, None, Some(7)),
        row(34, Some(5), Some(6)),
        row(35, None, None),
    ];
    let list = PriceList::of(&rows, at(0), None);
    let said = |type_id: i64| list.get(id(type_id)).map(|price| (price.isk, price.source));
    assert_eq!(said(34), Some((isk(5), PriceSource::EsiAverage)));
    assert_eq!(said(587), Some((isk(7), PriceSource::EsiAdjusted)));
    assert_eq!(said(35), None);
    assert_eq!(said(36), None);
    let price = list.get(id(34)).unwrap();
    assert_eq!((price.market, price.date), (ALL_MARKETS, at(0)));
}

/// A stored row that was fetched at a minute.
fn stored(type_id: i64, minute: i8) -> (TypeId, Loaded<Price>) {
    let price = Price {
        isk: isk(type_id),
        source: PriceSource::EsiAverage,
        market: ALL_MARKETS,
        date: at(minute),
    };
    (id(type_id), Loaded::new(price, Validity::since(at(minute))))
}

fn types(list: &PriceList) -> Vec<i64> {
    list.0.rows.iter().map(|row| row.type_id.get()).collect()
}

#[test]
fn a_stored_list_leaves_out_what_left_it_before() {
    let list = assemble(&[stored(1, 30), stored(2, 0), stored(3, 30)]).unwrap();
    assert_eq!(list.validity.at, at(30));
    assert_eq!(types(&list.value.unwrap()), [1, 3]);
}

#[test]
fn a_list_that_was_stored_in_part_counts_as_old_as_the_rest() {
    let list = assemble(&[stored(1, 30), stored(2, 15), stored(3, 15), stored(4, 0)]).unwrap();
    assert_eq!(list.validity.at, at(15));
    assert_eq!(types(&list.value.unwrap()), [1, 2, 3]);
}

#[test]
fn a_type_that_is_stored_with_both_prices_has_its_average() {
    let (type_id, mut adjusted) = stored(1, 30);
    if let Some(price) = &mut adjusted.value {
        price.source = PriceSource::EsiAdjusted;
    }
    let list = assemble(&[(type_id, adjusted), stored(1, 30)]).unwrap();
    let price = list.value.unwrap().get(type_id).unwrap();
    assert_eq!(price.source, PriceSource::EsiAverage);
}

#[test]
fn no_rows_are_no_list() {
    assert_eq!(assemble(&[]).map(|list| list.validity.at), None);
}
