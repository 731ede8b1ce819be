//! What can be asked about tokens.

use clap::{Subcommand, ValueEnum};
use killwire_store::{Scope, TokenKey, TokenName};

#[derive(Debug, Subcommand)]
pub(crate) enum TokenAction {
    /// Make a token and show its secret, once
    Create {
        /// Whose it is, to know it again in the list: my-map, home script
        #[arg(value_parser = TokenName::new)]
        name: TokenName,
        /// What it may do; each includes those before it
        #[arg(long, value_enum, default_value_t = TokenScope::Read)]
        scope: TokenScope,
    },
    /// The tokens in force, without their secrets
    List {
        /// Also those that were revoked
        #[arg(long)]
        all: bool,
    },
    /// Make a token useless; a running server refuses it within seconds
    Revoke {
        /// Its name or number
        #[arg(value_name = "NAME|ID")]
        which: TokenKey,
    },
}

/// What a token may do, as it is written on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenScope {
    /// Read killmails, events and status
    Read,
    /// Change what is stored
    Write,
    /// Do what the owner of the server does
    Admin,
}

impl From<TokenScope> for Scope {
    fn from(scope: TokenScope) -> Self {
        match scope {
            TokenScope::Read => Self::Read,
            TokenScope::Write => Self::Write,
            TokenScope::Admin => Self::Admin,
        }
    }
}
