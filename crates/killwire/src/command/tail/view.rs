//! What becomes of an event: a line for a person, or JSON for a program.

use std::io::{self, BufWriter, Stdout, Write};
use std::ops::ControlFlow;

use serde::Deserialize;

use super::follow::TailError;
use crate::kill_line::{Kill, Layout};
use crate::output;

/// Kind of an event that says what was missed.
const GAP: &str = "gap";
/// Kind of an event about a killmail that was sent before.
const UPDATED: &str = "updated";

/// Writes events to `out`, as they are set for standard output.
pub(super) struct View<Out: Write> {
    out: Out,
    json: bool,
    /// How many kills may still come.
    left: Option<u64>,
}

#[derive(Deserialize)]
struct Gap {
    after: i64,
    oldest: i64,
}

impl View<BufWriter<Stdout>> {
    /// On standard output, for `limit` kills, as JSON or not.
    pub(super) fn new(json: bool, limit: Option<u64>) -> Self {
        Self::to(BufWriter::new(io::stdout()), json, limit)
    }
}

impl<Out: Write> View<Out> {
    pub(super) fn to(out: Out, json: bool, limit: Option<u64>) -> Self {
        Self {
            out,
            json,
            left: limit,
        }
    }

    /// Shows an event. Breaks when it was the last, or when nobody reads any more (`| head`).
    pub(super) fn show(&mut self, event: &str, data: &str) -> Result<ControlFlow<()>, TailError> {
        if event == GAP {
            let said = self.gap(data);
            return quiet(said);
        }
        let written = if self.json {
            writeln!(self.out, "{data}")
        } else {
            let line = match serde_json::from_str::<Kill>(data) {
                Ok(kill) => Layout::of_standard_output().line(&kill, event == UPDATED),
                Err(error) => {
                    output::remark(format_args!(
                        "passed over a killmail that cannot be shown: {error}"
                    ));
                    return Ok(ControlFlow::Continue(()));
                }
            };
            writeln!(self.out, "{line}")
        };
        if quiet(written)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                let _last = self.flush()?;
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Hands on what was shown.
    pub(super) fn flush(&mut self) -> Result<ControlFlow<()>, TailError> {
        quiet(self.out.flush())
    }

    fn gap(&mut self, data: &str) -> io::Result<()> {
        let text = match serde_json::from_str::<Gap>(data) {
            Ok(Gap { after, oldest }) => format!(
                "--- missed: events {} to {} are no longer kept by the server ---",
                after.saturating_add(1),
                oldest.saturating_sub(1)
            ),
            Err(_) => "--- missed: some events are no longer kept by the server ---".to_owned(),
        };
        if self.json {
            // Programs read nothing but killmails there.
            output::remark(text);
            return Ok(());
        }
        writeln!(self.out, "{}", Layout::of_standard_output().notice(&text))
    }
}

/// Nobody reads any more: that is the end, and no error.
fn quiet(written: io::Result<()>) -> Result<ControlFlow<()>, TailError> {
    match written {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
        Err(error) => Err(error.into()),
    }
}
