//! `killwire lookup`: what a name or an id means.

use std::process::ExitCode;

use super::configured;
use crate::cli::Global;
use crate::config::Flags;
use crate::failure::Failure;
use crate::inquiry::Match;
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, what: &str, limit: u32) -> Result<ExitCode, Failure> {
    let config = configured(global, Flags::default())?;
    let operator = Operator::find(&config, "lookup").await?;
    let matches = operator.lookup(what, limit).await;
    operator.close().await;
    let matches = matches?;
    if global.json {
        output::json(&matches);
    } else if matches.is_empty() {
        output::line(format_args!(
            "Nothing is known by {what:?}. `killwire sde status` says whether static data is there."
        ));
    } else {
        let headings = ["KIND", "ID", "NAME", ""];
        let mut table = vec![headings.map(str::to_owned).to_vec()];
        table.extend(matches.iter().map(|found| {
            vec![
                found.kind.clone(),
                found.id.to_string(),
                found.name.clone(),
                about(found),
            ]
        }));
        output::table(&table);
    }
    Ok(if matches.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What there is to say beside the name.
fn about(found: &Match) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(found.ticker.as_ref().map(|ticker| format!("[{ticker}]")));
    parts.extend(found.security.map(|security| format!("{security:.1}")));
    parts.extend(found.wormhole_class.clone());
    parts.extend(found.constellation.clone());
    parts.extend(found.region.clone());
    parts.extend(found.corporation.clone());
    parts.extend(found.alliance.clone());
    parts.extend(found.group.clone());
    parts.extend(found.category.clone());
    if !found.tags.is_empty() {
        parts.push(found.tags.join(" "));
    }
    parts.join(", ")
}
