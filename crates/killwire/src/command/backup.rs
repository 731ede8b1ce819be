//! `killwire backup`: the whole database in a new file.

use std::path::Path;

use serde_json::json;

use super::configured;
use crate::cli::Global;
use crate::config::{Flags, show_bytes};
use crate::failure::Failure;
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, file: &Path) -> Result<(), Failure> {
    let config = configured(global, Flags::default())?;
    // A running server has another working directory.
    let file = std::path::absolute(file).map_err(|source| Failure::File {
        doing: "cannot name",
        path: file.to_owned(),
        source,
    })?;
    if file.exists() {
        return Err(Failure::Refused(format!(
            "{} exists already; a backup never overwrites a file, name a new one",
            file.display()
        )));
    }
    let operator = Operator::find(&config, "backup").await?;
    let done = operator.backup(&file).await;
    operator.close().await;
    done?;
    let bytes = std::fs::metadata(&file).map_or(0, |about| about.len());
    if global.json {
        output::json(&json!({ "file": file, "bytes": bytes }));
    } else {
        output::line(format_args!("{} ({})", file.display(), show_bytes(bytes)));
    }
    Ok(())
}
