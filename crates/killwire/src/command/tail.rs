//! `killwire tail`: the feed of a running server in a terminal.

mod address;
mod follow;
mod sse;
mod view;

pub(crate) use self::follow::TailError;

use self::address::Server;
use self::follow::{Follower, Wanted};
use self::view::View;
use super::configured;
use crate::cli::{FilterFlags, Global, TailArgs};
use crate::config::Flags;
use crate::failure::Failure;
use crate::signal::StopSignals;

pub(super) async fn run(global: &Global, args: TailArgs) -> Result<(), Failure> {
    let mut stop = StopSignals::listen()?;
    let mut view = View::new(global.json, args.limit);
    let wanted = wanted(global, args)?;
    // A task of its own: a reader of our output who pauses must not hold up Ctrl-C.
    let following = tokio::spawn(async move { Follower::new(wanted).follow(&mut view).await });
    tokio::select! {
        ended = following => match ended {
            Ok(ended) => Ok(ended?),
            Err(error) => Err(Failure::Refused(error.to_string())),
        },
        _ = stop.wait() => Ok(()),
    }
}

fn wanted(global: &Global, args: TailArgs) -> Result<Wanted, Failure> {
    let FilterFlags(mut parameters) = args.filters;
    let begin = [("last_event_id", args.after), ("preload_days", args.days)];
    for (name, number) in begin {
        parameters.extend(number.map(|number| (name, number.to_string())));
    }
    parameters.extend(args.since.map(|since| ("since", since)));
    let server = match args.server {
        Some(url) => Server::At(url),
        None => Server::of(&configured(global, Flags::default())?),
    };
    Ok(Wanted {
        server,
        token: args.token,
        parameters,
    })
}
