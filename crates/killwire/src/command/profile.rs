//! `killwire profile`: what somebody looks for in the feed.

mod chart;
mod condition;
mod explain;
mod matches;
mod show;
mod trial;

use std::process::ExitCode;

use killwire_delivery::{ProfileAsk, ProfileFault, ProfileSource};
use serde_json::{Value, json};

use super::{configured, owner};
use crate::cli::{Foreign, Global, ProfileAction, Which, Written};
use crate::config::Flags;
use crate::failure::Failure;
use crate::operator::Operator;
use crate::output;

pub(super) async fn run(global: &Global, action: ProfileAction) -> Result<ExitCode, Failure> {
    let config = configured(global, Flags::default())?;
    let operator = Operator::find(&config, "profile").await?;
    let done = Asked {
        global,
        operator: &operator,
    }
    .act(action)
    .await;
    operator.close().await;
    done
}

/// One question of a person.
struct Asked<'a> {
    global: &'a Global,
    operator: &'a Operator,
}

impl Asked<'_> {
    async fn act(&self, action: ProfileAction) -> Result<ExitCode, Failure> {
        match action {
            ProfileAction::Check { file } => return self.check(&file).await,
            ProfileAction::Test { file, since } => {
                trial::run(self.global, self.operator, &file, since).await?;
            }
            ProfileAction::Explain {
                file,
                killmail_id,
                plan,
            } => self.explain(&file, killmail_id, plan).await?,
            ProfileAction::Import { format, file, save } => {
                self.import(format, &file, save).await?;
            }
            ProfileAction::Create {
                name,
                file,
                disabled,
            } => {
                let read = condition::read(&file)?;
                let condition = read.source.clone();
                self.create(name, condition, !disabled)
                    .await
                    .map_err(|failure| read.blamed(failure))?;
            }
            ProfileAction::Replace { which, file, name } => {
                self.replace(&which, &file, name).await?;
            }
            ProfileAction::List { owner } => {
                let mut listed = self.operator.ask(ProfileAsk::List).await?;
                if let Some(owner) = owner {
                    let token = owner::number(self.operator, &owner).await?;
                    owner::only(&mut listed["profiles"], token);
                }
                self.tell(&listed, show::list);
            }
            ProfileAction::Show { which } => {
                let id = self.id(&which).await?;
                let profile = self.operator.ask(ProfileAsk::Get { id }).await?;
                self.tell(&profile, show::profile);
            }
            ProfileAction::Enable { which } => self.enable(&which, true).await?,
            ProfileAction::Disable { which } => self.enable(&which, false).await?,
            ProfileAction::Delete { which } => {
                let id = self.id(&which).await?;
                let deleted = self.operator.ask(ProfileAsk::Delete { id }).await?;
                self.tell(&deleted, |profile| {
                    output::line(format_args!(
                        "Profile {}, {}, is deleted with everything that it has found.",
                        profile["id"],
                        show::quoted(&profile["name"])
                    ));
                });
            }
            ProfileAction::Matches { which, limit } => {
                let id = self.id(&which).await?;
                matches::run(self.global, self.operator, id, limit).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn tell(&self, answer: &Value, people: impl FnOnce(&Value)) {
        if self.global.json {
            output::json(answer);
        } else {
            people(answer);
        }
    }

    async fn check(&self, file: &Written) -> Result<ExitCode, Failure> {
        let read = condition::read(file)?;
        let condition = read.source.clone();
        match self.operator.ask(ProfileAsk::Check { condition }).await {
            Ok(checked) => {
                self.tell(&checked, show::condition);
                Ok(ExitCode::SUCCESS)
            }
            // What a program asks is whether it is one, and the answer is no.
            Err(Failure::Profile {
                fault: fault @ ProfileFault::Invalid { .. },
                ..
            }) if self.global.json => {
                output::json(&json!({ "error": invalid(&fault) }));
                Ok(ExitCode::FAILURE)
            }
            Err(failure) => Err(read.blamed(failure)),
        }
    }

    async fn explain(&self, file: &Written, killmail: i64, plan: bool) -> Result<(), Failure> {
        let read = condition::read(file)?;
        let ask = ProfileAsk::Explain {
            condition: read.source.clone(),
            killmail_id: killmail,
        };
        let explained = self.operator.ask(ask).await;
        let explained = explained.map_err(|failure| read.blamed(failure))?;
        self.tell(&explained, |explained| explain::show(explained, plan));
        Ok(())
    }

    async fn import(
        &self,
        format: Foreign,
        file: &Written,
        save: Option<String>,
    ) -> Result<(), Failure> {
        let (name, text) = condition::foreign(file)?;
        let ask = ProfileAsk::Import {
            format: format.name().to_owned(),
            text,
        };
        let imported = self.operator.ask(ask).await;
        let imported = imported.map_err(|failure| failure.in_file(&name))?;
        let all: Vec<&Value> = match imported["profiles"].as_array() {
            Some(several) => several.iter().collect(),
            None => vec![&imported],
        };
        let Some(save) = save else {
            self.tell(&imported, |_| all.into_iter().for_each(show::imported));
            return Ok(());
        };
        if all.len() > 1 && !save.is_empty() {
            return Err(Failure::Refused(format!(
                "there are {} in it; --save without a name gives each the name that it had there",
                all.len()
            )));
        }
        for imported in all {
            self.save(imported, &save).await?;
        }
        Ok(())
    }

    /// Makes a profile of what was imported.
    async fn save(&self, imported: &Value, name: &str) -> Result<(), Failure> {
        let there = imported["name"].as_str().unwrap_or_default();
        let name = if name.is_empty() { there } else { name };
        if name.is_empty() {
            return Err(Failure::Refused(
                "it had no name there; give it one: --save NAME".to_owned(),
            ));
        }
        show::notes(imported);
        let text = imported["text"].as_str().unwrap_or_default().to_owned();
        self.create(name.to_owned(), ProfileSource::Text(text), true)
            .await
    }

    async fn create(
        &self,
        name: String,
        condition: ProfileSource,
        enabled: bool,
    ) -> Result<(), Failure> {
        let ask = ProfileAsk::Create {
            name,
            condition,
            enabled,
        };
        let made = self.operator.ask(ask).await?;
        self.tell(&made, show::changed);
        Ok(())
    }

    async fn replace(
        &self,
        which: &Which,
        file: &Written,
        name: Option<String>,
    ) -> Result<(), Failure> {
        let read = condition::read(file)?;
        let ask = ProfileAsk::Replace {
            id: self.id(which).await?,
            name,
            condition: read.source.clone(),
        };
        let changed = self.operator.ask(ask).await;
        let changed = changed.map_err(|failure| read.blamed(failure))?;
        self.tell(&changed, show::changed);
        Ok(())
    }

    async fn enable(&self, which: &Which, enabled: bool) -> Result<(), Failure> {
        let id = self.id(which).await?;
        let changed = self.operator.ask(ProfileAsk::Enable { id, enabled });
        self.tell(&changed.await?, show::state);
        Ok(())
    }

    /// The number of the profile that is meant.
    async fn id(&self, which: &Which) -> Result<i64, Failure> {
        let name = match which {
            Which::Id(id) => return Ok(*id),
            Which::Name(name) => name,
        };
        let listed = self.operator.ask(ProfileAsk::List).await?;
        let profiles = listed["profiles"].as_array().map_or(&[][..], Vec::as_slice);
        let called = profiles.iter().filter(|one| one["name"] == **name);
        let ids: Vec<i64> = called.filter_map(|one| one["id"].as_i64()).collect();
        match ids.as_slice() {
            [id] => Ok(*id),
            [] => Err(ProfileFault::NotFound(format!(
                "there is no profile called {name:?}; `killwire profile list` shows those there are"
            ))
            .into()),
            several => {
                let several: Vec<String> = several.iter().map(ToString::to_string).collect();
                Err(Failure::Refused(format!(
                    "several people have a profile called {name:?}; name one by its number: {}",
                    several.join(", ")
                )))
            }
        }
    }
}

/// What is wrong, as a program reads it.
fn invalid(fault: &ProfileFault) -> Value {
    match fault {
        ProfileFault::Invalid {
            message,
            line,
            column,
            shown,
        } => json!({ "message": message, "line": line, "column": column, "shown": shown }),
        other => json!({ "message": other.to_string() }),
    }
}
