//! `killwire gaps`: feed numbers that were skipped.

use killwire_store::{Gap, GapReason, GapState};

use super::configured;
use crate::cli::{GapsAction, Global};
use crate::config::Flags;
use crate::desk::Selection;
use crate::failure::Failure;
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, action: &GapsAction) -> Result<(), Failure> {
    let config = configured(global, Flags::default())?;
    let operator = Operator::find(&config, "gaps").await?;
    let done = match action {
        GapsAction::List { open } => list(global, &operator, *open).await,
        GapsAction::Repair { id } => repair(global, &operator, *id).await,
    };
    operator.close().await;
    done
}

async fn list(global: &Global, operator: &Operator, open: bool) -> Result<(), Failure> {
    let gaps = operator.gaps(open).await?;
    if global.json {
        output::json(&gaps);
    } else if gaps.is_empty() {
        output::line("No feed number was skipped.");
    } else {
        show(gaps);
    }
    Ok(())
}

async fn repair(global: &Global, operator: &Operator, id: Option<i64>) -> Result<(), Failure> {
    let repaired = operator.repair(Selection { id }).await?;
    if global.json {
        output::json(&repaired);
    } else if !repaired.finished {
        output::line("The running server is at it; `killwire gaps list` shows how it goes.");
    } else if repaired.gaps.is_empty() {
        output::line("No gap is open.");
    } else {
        show(repaired.gaps);
    }
    Ok(())
}

fn show(gaps: Vec<Gap>) {
    let headings = [
        "ID", "FEED", "NUMBERS", "WHY", "STATE", "TRIED", "FOUND", "NOTE",
    ];
    let mut table = vec![headings.map(str::to_owned).to_vec()];
    table.extend(gaps.into_iter().map(|gap| {
        vec![
            gap.id.to_string(),
            gap.source.0.clone(),
            if gap.from == gap.to {
                gap.from.to_string()
            } else {
                format!("{} to {}", gap.from, gap.to)
            },
            match gap.reason {
                GapReason::Hole => "hole",
                GapReason::Expired => "expired",
                GapReason::Placeholder => "placeholder",
            }
            .to_owned(),
            match gap.state {
                GapState::Open => "open",
                GapState::Repaired => "repaired",
                GapState::Abandoned => "abandoned",
            }
            .to_owned(),
            gap.attempts.to_string(),
            gap.found.to_string(),
            gap.note,
        ]
    }));
    output::table(&table);
}
