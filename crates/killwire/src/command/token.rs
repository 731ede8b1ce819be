//! `killwire token`: the secrets that clients show.

use jiff::Timestamp;
use killwire_delivery::TokenSecret;
use killwire_store::{Belongings, Scope, TokenKey, TokenName};
use serde::Serialize;

use super::configured;
use crate::cli::{Global, TokenAction, TokenScope};
use crate::config::{Config, Flags};
use crate::desk::{NewToken, Revoked, Token};
use crate::failure::Failure;
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, action: &TokenAction) -> Result<(), Failure> {
    let config = configured(global, Flags::default())?;
    let operator = Operator::find(&config, "token").await?;
    let done = match action {
        TokenAction::Create { name, scope } => {
            create(global, &config, &operator, name, *scope).await
        }
        TokenAction::List { all } => list(global, &operator, *all).await,
        TokenAction::Revoke { which } => revoke(global, &operator, which).await,
    };
    operator.close().await;
    done
}

/// A new token with the one thing that is never shown again.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    token: &'a Token,
    secret: &'a str,
}

async fn create(
    global: &Global,
    config: &Config,
    operator: &Operator,
    name: &TokenName,
    scope: TokenScope,
) -> Result<(), Failure> {
    let secret = TokenSecret::generate().map_err(|error| Failure::Refused(error.to_string()))?;
    let new = NewToken {
        name: name.clone(),
        scope: scope.into(),
        hash: secret.hash(),
    };
    let token = operator.create_token(&new).await?;
    let secret = secret.reveal();
    if global.json {
        let token = &token;
        output::json(&Created { token, secret });
        return Ok(());
    }
    output::line(secret);
    explain(config, &token);
    Ok(())
}

/// Said beside the secret, where a script that takes it does not see it.
fn explain(config: &Config, token: &Token) {
    let Token { name, scope, .. } = token;
    output::remark(format_args!(
        "\nThis is the secret of {name:?} (scope {scope}). It is not shown again; keep it as you keep passwords.\n\
         Send it with each request:\n  \
         curl -H \"Authorization: Bearer kw_…\" http://{}/api/v1/events",
        config.listen
    ));
    if *scope == Scope::Read && config.access.read_open {
        output::remark(
            "Reading is open here, so nobody needs it yet: set server.reading to token to close it.",
        );
    }
}

async fn list(global: &Global, operator: &Operator, all: bool) -> Result<(), Failure> {
    let mut tokens = operator.tokens().await?;
    tokens.retain(|token| all || token.revoked_at.is_none());
    if global.json {
        output::json(&tokens);
    } else if tokens.is_empty() {
        output::line("There are no tokens. `killwire token create NAME` makes one.");
    } else {
        let headings = ["ID", "NAME", "SCOPE", "SINCE", "REVOKED"];
        let mut table = vec![headings.map(str::to_owned).to_vec()];
        table.extend(tokens.into_iter().map(|token| {
            vec![
                token.id.to_string(),
                token.name,
                token.scope.to_string(),
                minute(token.created_at),
                token.revoked_at.map_or_else(String::new, minute),
            ]
        }));
        output::table(&table);
    }
    Ok(())
}

fn minute(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M").to_string()
}

async fn revoke(global: &Global, operator: &Operator, which: &TokenKey) -> Result<(), Failure> {
    let Some(revoked) = operator.revoke_token(which).await? else {
        let which = match which {
            TokenKey::Id(id) => format!("with the number {id}"),
            TokenKey::Name(name) => format!("called {name}"),
        };
        return Err(Failure::Refused(format!(
            "no token {which} is in force; `killwire token list` shows those that are"
        )));
    };
    if global.json {
        output::json(&revoked);
    } else {
        output::line(format_args!(
            "{:?} is revoked. A running server refuses it within seconds.",
            revoked.token.name
        ));
        leaves(&revoked);
    }
    Ok(())
}

/// What goes on without the token, and how to end it.
fn leaves(revoked: &Revoked) {
    let Belongings {
        profiles,
        enabled,
        lists,
    } = revoked.leaves;
    // By its number: another token may get the name.
    let id = revoked.token.id;
    if profiles > 0 {
        output::line(format_args!(
            "\nIt leaves {}, of which {enabled} {} looking for kills:",
            counted(profiles, "profile"),
            if enabled == 1 { "goes on" } else { "go on" },
        ));
        commands(&[
            (format!("profile list --owner {id}"), "shows them"),
            ("profile disable ID".to_owned(), "lets one rest"),
            (
                "profile delete ID".to_owned(),
                "deletes one with what it has found",
            ),
        ]);
    }
    if lists > 0 {
        output::line(format_args!(
            "\nIt leaves {}, which profiles may still use:",
            counted(lists, "list"),
        ));
        commands(&[
            (format!("list show --owner {id}"), "shows them"),
            (
                "list delete NAME".to_owned(),
                "deletes one that no profile uses",
            ),
        ]);
    }
}

/// Commands, and what they do.
fn commands(all: &[(String, &str)]) {
    for (command, does) in all {
        output::line(format_args!("  killwire {command:<24} {does}"));
    }
}

fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
