//! `killwire list`: named lists that profiles use.

mod entries;

use killwire_delivery::ProfileAsk;
use killwire_store::TokenKey;
use serde_json::Value;

use super::{configured, owner, written};
use crate::cli::{Global, ListAction, Written};
use crate::config::Flags;
use crate::failure::Failure;
use crate::kill_line::printable;
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, action: ListAction) -> Result<(), Failure> {
    let config = configured(global, Flags::default())?;
    let operator = Operator::find(&config, "list").await?;
    let done = act(&operator, action).await;
    operator.close().await;
    let (answer, tell) = done?;
    if global.json {
        output::json(&answer);
    } else {
        tell(&answer);
    }
    Ok(())
}

/// An answer, and how a person is told it.
type Told = (Value, fn(&Value));

async fn act(operator: &Operator, action: ListAction) -> Result<Told, Failure> {
    let (ask, tell): (ProfileAsk, fn(&Value)) = match action {
        ListAction::Put { name, file } => (put(operator, name, &file).await?, tell_put),
        ListAction::Show {
            name: Some(name), ..
        } => (ProfileAsk::GetList { name }, tell_entries),
        ListAction::Show { name: None, owner } => {
            return Ok((lists(operator, owner).await?, tell_lists));
        }
        ListAction::Delete { name } => (ProfileAsk::DeleteList { name }, tell_deleted),
    };
    Ok((operator.ask(ask).await?, tell))
}

/// All lists, or those of one token.
async fn lists(operator: &Operator, of: Option<TokenKey>) -> Result<Value, Failure> {
    let mut lists = operator.ask(ProfileAsk::Lists).await?;
    if let Some(of) = of {
        let token = owner::number(operator, &of).await?;
        owner::only(&mut lists["lists"], token);
    }
    Ok(lists)
}

async fn put(operator: &Operator, name: String, file: &Written) -> Result<ProfileAsk, Failure> {
    let (file, text) = written::text(file)?;
    let wanted =
        entries::read(&text).map_err(|wrong| Failure::Refused(format!("{file}: {wrong}")))?;
    let entries = operator.entries(wanted).await;
    let entries = entries.map_err(|failure| failure.in_file(&file))?;
    Ok(ProfileAsk::PutList { name, entries })
}

fn entries_of(list: &Value) -> &[Value] {
    list["entries"].as_array().map_or(&[], Vec::as_slice)
}

fn tell_put(list: &Value) {
    output::line(format_args!(
        "The list {} has {} entries now (version {}).",
        list["name"],
        entries_of(list).len(),
        list["version"]
    ));
}

fn tell_deleted(list: &Value) {
    output::line(format_args!("The list {} is deleted.", list["name"]));
}

/// As it is written in a file, so that it can be changed and put back.
fn tell_entries(list: &Value) {
    for entry in entries_of(list) {
        let kind = entry["kind"].as_str().unwrap_or_default();
        let name = entry["name"].as_str().map(printable);
        let name = name.map(|name| format!("  # {name}"));
        output::line(format_args!(
            "{kind:<13} {}{}",
            entry["id"],
            name.unwrap_or_default()
        ));
    }
}

fn tell_lists(lists: &Value) {
    let lists = lists["lists"].as_array().map_or(&[][..], Vec::as_slice);
    if lists.is_empty() {
        output::line("There are no lists. `killwire list put NAME FILE` makes one.");
        return;
    }
    let headings = ["NAME", "ENTRIES", "OWNER", "VERSION", "CHANGED"];
    let mut table = vec![headings.map(str::to_owned).to_vec()];
    table.extend(lists.iter().map(|list| {
        let changed = list["changed_at"].as_str().unwrap_or_default();
        vec![
            list["name"].as_str().unwrap_or_default().to_owned(),
            list["entries"].to_string(),
            owner::shown(list),
            list["version"].to_string(),
            changed
                .chars()
                .take(16)
                .collect::<String>()
                .replace('T', " "),
        ]
    }));
    output::table(&table);
}
