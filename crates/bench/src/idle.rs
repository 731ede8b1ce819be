//! `idle`: what one channel connection takes of the server's memory, joined and with nothing to do,
//! against a kept-alive connection of a bare axum server. Linux only.

use crate::crowd::{Crowd, Order, Speech};
use crate::peer::Server;
use crate::process::{self, may_connect, resident_bytes};
use crate::program::Program;
use crate::report::{Counts, Line};
use crate::rounds::in_turns;
use crate::{Outcome, fanout};

const CONNECTIONS: u16 = 5_000;
const ROUNDS: usize = 3;

/// Measures the case.
pub(crate) fn measure(case: &str) -> Outcome<Option<Line>> {
    let connections = usize::from(CONNECTIONS);
    if !(process::can_be_read("idle", case) && may_connect("idle", case, connections)?) {
        return Ok(None);
    }
    let program = Program::build()?;
    let folder = tempfile::tempdir()?;
    let body = folder.path().join("answer.json");
    std::fs::write(&body, "{}")?;
    let join = format!(r#"{{"systems":[{}],"preload":false}}"#, fanout::SYSTEM);
    let (value, baseline) = in_turns(
        ROUNDS,
        || {
            let server = program.start(folder.path())?;
            let joining = Order {
                joins: vec![join.clone()],
                ..Order::new(Speech::Channel, server.address, connections)
            };
            per_connection(server.process(), &joining)
        },
        || {
            let server = Server::bare_answer(&body)?;
            let asking = Order::new(Speech::Http, server.address, connections);
            per_connection(server.process(), &asking)
        },
    )?;
    Ok(Some(Line::new(
        ("idle", case),
        (value, "bytes", Counts::Cost),
        (Some(baseline), "a bare axum server, kept-alive"),
    )))
}

/// What each connection adds to the memory of `process`.
fn per_connection(process: u32, order: &Order) -> Outcome<f64> {
    let before = resident_bytes(process)?;
    let crowd = Crowd::start(order)?;
    let with = resident_bytes(process)?;
    drop(crowd);
    Ok((with - before) / f64::from(CONNECTIONS))
}
