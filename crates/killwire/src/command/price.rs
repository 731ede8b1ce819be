//! `killwire price`: what a type costs, by which source and when.

use std::process::ExitCode;

use super::configured;
use crate::cli::Global;
use crate::config::Flags;
use crate::failure::Failure;
use crate::inquiry::{Priced, PricedType};
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, what: &str) -> Result<ExitCode, Failure> {
    let config = configured(global, Flags::default())?;
    let operator = Operator::find(&config, "price").await?;
    let priced = operator.price(what).await;
    operator.close().await;
    let priced = priced?;
    let known = priced
        .found
        .as_ref()
        .is_some_and(|found| found.isk.is_some());
    if global.json {
        output::json(&priced);
    } else {
        tell(what, &priced);
    }
    Ok(if known {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn tell(what: &str, priced: &Priced) {
    match &priced.found {
        Some(found) => output::line(in_words(found)),
        None if priced.suggestions.is_empty() => output::line(format_args!(
            "No type is called {what:?}. Without static data only ids are known: see `killwire sde status`."
        )),
        None => output::line(format_args!(
            "No type is called {what:?}. Did you mean {}?",
            priced.suggestions.join(", ")
        )),
    }
}

fn in_words(found: &PricedType) -> String {
    let name = match &found.name {
        Some(name) => format!("{name} ({})", found.type_id),
        None => format!("type {}", found.type_id),
    };
    match (found.isk, found.source, found.priced_at) {
        (Some(isk), Some(source), Some(date)) => {
            let date = date.strftime("%Y-%m-%d");
            format!(
                "{name}: {} ISK, {}, {date}",
                output::isk(isk),
                source.name()
            )
        }
        _ => format!(
            "{name}: unknown; {}",
            found
                .reason
                .as_deref()
                .unwrap_or("no source knows a price of it")
        ),
    }
}
