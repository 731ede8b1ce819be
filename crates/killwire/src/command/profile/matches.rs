//! `killwire profile matches`: what a profile has found, and why.

use crate::cli::Global;
use crate::failure::Failure;
use crate::kill_line::{Colours, Kill, Layout, QUIET, printable};
use crate::operator::Operator;
use crate::output;
use crate::profile_desk::{MatchShown, MatchesRequest};

pub(super) async fn run(
    global: &Global,
    operator: &Operator,
    id: i64,
    limit: u32,
) -> Result<(), Failure> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let matches = operator.matches(MatchesRequest { id, limit }).await?;
    if global.json {
        output::json(&matches);
        return Ok(());
    }
    if matches.is_empty() {
        output::line(format_args!("Profile {id} has found nothing yet."));
    }
    let layout = Layout::of_standard_output();
    let colours = Colours::of_standard_output();
    for found in &matches {
        for line in lines(found, &layout, colours) {
            output::line(line);
        }
    }
    Ok(())
}

/// The kill, and below it why it was found.
fn lines(found: &MatchShown, layout: &Layout, colours: Colours) -> Vec<String> {
    let kill = match serde_json::from_value::<Kill>(found.killmail.clone()) {
        Ok(kill) => layout.line(&kill, false),
        Err(_) => format!("killmail {} is not stored any more", found.killmail_id),
    };
    let mut lines = vec![kill];
    for reason in &found.because {
        let mut line = String::new();
        let text = format!("    because {}", printable(reason));
        colours.put(&mut line, &text, Some(QUIET));
        lines.push(line);
    }
    lines
}
