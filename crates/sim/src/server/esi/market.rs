//! `GET /markets/prices`: the whole list.

use serde_json::{Value, json};

use super::Found;
use crate::generator::Hundredths;
use crate::prices;

pub(super) fn prices() -> Found {
    let rows: Vec<Value> = prices::priced_types()
        .filter_map(|id| {
            let price = prices::esi(id)?;
            let mut row = json!({"type_id": id});
            set(&mut row, "adjusted_price", price.adjusted);
            set(&mut row, "average_price", price.average);
            Some(row)
        })
        .collect();
    Found::Body(Value::from(rows).to_string().into_bytes())
}

fn set(row: &mut Value, member: &str, price: Option<Hundredths>) {
    if let Some(price) = price {
        row[member] = json!(price);
    }
}
