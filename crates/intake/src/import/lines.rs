//! JSON lines: one document a line, so that a bad line harms only itself.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use super::ImportDocument;
use super::open::Each;

pub(super) fn read(
    mut inner: impl BufRead,
    place: &str,
    limit: usize,
    each: &mut Each<'_>,
) -> io::Result<ControlFlow<()>> {
    let mut number = 0_u64;
    loop {
        number += 1;
        let Some((line, whole)) = next_line(&mut inner, limit)? else {
            return Ok(ControlFlow::Continue(()));
        };
        if line.trim_ascii().is_empty() {
            continue;
        }
        let document = ImportDocument {
            place: format!("{place}:{number}"),
            body: line.into(),
            fault: (!whole).then(|| format!("the line is longer than {limit} bytes")),
        };
        if each(document).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// The next line without its end, cut at `limit`, and whether it is whole.
fn next_line(inner: &mut impl BufRead, limit: usize) -> io::Result<Option<(Vec<u8>, bool)>> {
    let mut line = Vec::new();
    let mut whole = true;
    let mut seen = false;
    loop {
        let available = inner.fill_buf()?;
        if available.is_empty() {
            return Ok(seen.then_some((line, whole)));
        }
        seen = true;
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = &available[..end.unwrap_or(available.len())];
        let room = limit - line.len();
        whole &= part.len() <= room;
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(end.is_some());
        inner.consume(used);
        if end.is_some() {
            return Ok(Some((line, whole)));
        }
    }
}
