//! `killwire serve`: the live feed, followed and served.

use serde_json::json;

use super::configured;
use crate::cli::{Global, ServeArgs};
use crate::config::Flags;
use crate::failure::Failure;
use crate::node::Node;
use crate::signal::StopSignals;
use crate::{logging, output};

const NO_CONTACT: &str = "\
killwire serve needs a contact.

zKillboard and CCP want to know whom to call about a program's requests before they block it, so
every request carries a contact: an e-mail address, a URL or a character's name. Give it once:

  killwire serve --contact you@example.org
  KILLWIRE_CONTACT=you@example.org killwire serve
  contact = \"you@example.org\"     under [upstream] in the configuration file

To look around without one: killwire demo";

pub(super) async fn run(global: &Global, args: &ServeArgs) -> Result<(), Failure> {
    let flags = Flags::default()
        .with("server.listen", "--listen", args.listen.as_ref())
        .with("upstream.contact", "--contact", args.contact.as_ref());
    let config = configured(global, flags)?;
    if config.upstream.contact.is_none() {
        return Err(Failure::Refused(NO_CONTACT.to_owned()));
    }
    logging::start(&config);
    let mut signals = StopSignals::listen()?;
    let node = Node::start(config, "serve").await?;
    if global.json {
        output::json(&json!({
            "listening": node.url(),
            "data_dir": node.data_dir(),
            "control": node.control(),
            "pid": std::process::id(),
        }));
    } else {
        output::line(format_args!("Killwire listens on {}", node.url()));
        output::line(format_args!("data in {}", node.data_dir().display()));
    }
    let signal = signals.wait().await;
    tracing::info!(signal, "stopping");
    node.stop().await;
    tracing::info!("stopped");
    Ok(())
}
