//! `killwire completions`: a script for the shell.

use clap::CommandFactory;

use crate::cli::Cli;

pub(super) fn run(shell: clap_complete::Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "killwire", &mut script);
    crate::output::line(String::from_utf8_lossy(&script).trim_end());
}
