//! Answers about profiles, for the routes, the control socket, and commands that work alone: one
//! implementation, on the profiles that are stored.

mod fault;
mod lists;
mod matches;
mod past;
mod view;

use std::sync::Arc;

use futures::future::BoxFuture;
use killwire_clock::Clock;
use killwire_delivery::{Asker, ProfileAsk, ProfileDesk, ProfileFault, ProfileSource};
use killwire_intake::Enricher;
use killwire_store::{ProfileId, ProfileName, ProfileRow, Store};
use killwire_surveillance::import::{self, Imported};
use killwire_surveillance::profiles::{Draft, Profiles, ProfilesError, Source};
use killwire_surveillance::tree::TreeLimits;
use serde_json::{Value, json};

use crate::knowledge::Knowledge;

pub(crate) use self::lists::{Meant, Wanted};
pub(crate) use self::matches::{MatchShown, MatchesRequest};
pub(crate) use self::past::{Scanned, TrialRequest};

/// The one who answers. Clones share what is known.
#[derive(Clone)]
pub(crate) struct ProfileAnswers {
    profiles: Arc<Profiles>,
    store: Store,
    enricher: Enricher,
    clock: Clock,
}

impl ProfileDesk for ProfileAnswers {
    fn ask(&self, who: Asker, ask: ProfileAsk) -> BoxFuture<'_, Result<Value, ProfileFault>> {
        if !changes(&ask) {
            return Box::pin(self.answer(who, ask));
        }
        // A client that hangs up meanwhile must not leave something stored and not in force.
        let this = self.clone();
        Box::pin(async move {
            let answer = tokio::spawn(async move { this.answer(who, ask).await });
            match answer.await {
                Ok(answer) => answer,
                Err(error) => Err(ProfileFault::Unavailable(error.to_string())),
            }
        })
    }
}

impl ProfileAnswers {
    /// Answers from `profiles` and what `knowledge` has.
    pub(crate) fn new(
        profiles: Arc<Profiles>,
        store: Store,
        knowledge: &Knowledge,
        clock: Clock,
    ) -> Self {
        Self {
            profiles,
            store,
            enricher: knowledge.enricher.clone(),
            clock,
        }
    }

    async fn answer(&self, who: Asker, ask: ProfileAsk) -> Result<Value, ProfileFault> {
        match ask {
            ProfileAsk::Create {
                name,
                condition,
                enabled,
            } => self.create(&who, &name, condition, enabled).await,
            ProfileAsk::Replace {
                id,
                name,
                condition,
            } => self.replace(&who, id, name, condition).await,
            ProfileAsk::Enable { id, enabled } => self.enable(&who, id, enabled).await,
            ProfileAsk::Delete { id } => self.delete(&who, id).await,
            ProfileAsk::Get { id } => {
                let row = self.seen(&who, id).await?;
                self.whole(&row).await
            }
            ProfileAsk::List => self.list(&who).await,
            ProfileAsk::Check { condition } => {
                let draft = self.draft(&who, condition).await?;
                Ok(self.drafted(&draft))
            }
            ProfileAsk::Test {
                condition,
                since_seconds,
            } => {
                let request = TrialRequest {
                    condition,
                    since_seconds,
                    killmails: false,
                };
                self.try_on_past(&who, request, |_| {}).await
            }
            ProfileAsk::Explain {
                condition,
                killmail_id,
            } => self.explain(&who, condition, killmail_id).await,
            ProfileAsk::Import { format, text } => self.import(&who, &format, &text).await,
            ProfileAsk::Lists => self.lists().await,
            ProfileAsk::GetList { name } => self.get_list(&name).await,
            ProfileAsk::PutList { name, entries } => self.put_list(&who, &name, entries).await,
            ProfileAsk::DeleteList { name } => self.delete_list(&who, &name).await,
        }
    }

    async fn create(
        &self,
        who: &Asker,
        name: &str,
        condition: ProfileSource,
        enabled: bool,
    ) -> Result<Value, ProfileFault> {
        who.writes()?;
        let name = named(name)?;
        let (source, written) = self.source(who, condition).await?;
        let owner = who.owner();
        let made = self.profiles.create(owner, name, source, enabled).await;
        let row = made.map_err(|error| fault::of(error, written.as_deref()))?;
        self.whole(&row).await
    }

    async fn replace(
        &self,
        who: &Asker,
        id: i64,
        name: Option<String>,
        condition: ProfileSource,
    ) -> Result<Value, ProfileFault> {
        who.writes()?;
        let before = self.seen(who, id).await?;
        let name = match name {
            Some(name) => named(&name)?,
            None => before.name,
        };
        let (source, written) = self.source(who, condition).await?;
        let changed = self.profiles.replace(before.id, name, source).await;
        let row = changed.map_err(|error| fault::of(error, written.as_deref()))?;
        self.whole(&row.ok_or_else(|| no_profile(id))?).await
    }

    async fn enable(&self, who: &Asker, id: i64, enabled: bool) -> Result<Value, ProfileFault> {
        who.writes()?;
        let before = self.seen(who, id).await?;
        let row = self.profiles.set_enabled(before.id, enabled).await;
        let row = row.map_err(fault::plain)?;
        self.whole(&row.ok_or_else(|| no_profile(id))?).await
    }

    async fn delete(&self, who: &Asker, id: i64) -> Result<Value, ProfileFault> {
        who.writes()?;
        let before = self.seen(who, id).await?;
        let deleted = self.profiles.delete(before.id).await;
        if deleted.map_err(fault::plain)? {
            Ok(json!({ "id": id, "name": before.name }))
        } else {
            Err(no_profile(id))
        }
    }

    async fn list(&self, who: &Asker) -> Result<Value, ProfileFault> {
        let rows = if who.sees_all() {
            self.store.profiles().await
        } else {
            let owner = Some(who.token()?);
            self.store.profiles_of(owner).await
        };
        let rows = rows.map_err(fault::store)?;
        let faults = self.profiles.faults().await;
        let listed = |row: &ProfileRow| view::listed(row, faults.get(&row.id.0));
        let listed: Vec<Value> = rows.iter().map(listed).collect();
        Ok(json!({ "profiles": listed }))
    }

    /// The profile of a number, where the asker may see it.
    async fn seen(&self, who: &Asker, id: i64) -> Result<ProfileRow, ProfileFault> {
        let row = self.store.profile(ProfileId(id)).await;
        let row = row.map_err(fault::store)?.ok_or_else(|| no_profile(id))?;
        who.sees(&row)?;
        Ok(row)
    }

    /// A condition as the profiles read it, and its text, where it is text.
    async fn source(
        &self,
        who: &Asker,
        condition: ProfileSource,
    ) -> Result<(Source, Option<String>), ProfileFault> {
        Ok(match condition {
            ProfileSource::Text(text) => (Source::Text(text.clone()), Some(text)),
            ProfileSource::Json(json) => (Source::Json(json.to_string().into_bytes()), None),
            ProfileSource::Profile(id) => {
                let text = self.seen(who, id).await?.condition;
                (Source::Text(text.clone()), Some(text))
            }
        })
    }

    async fn draft(&self, who: &Asker, condition: ProfileSource) -> Result<Draft, ProfileFault> {
        let (source, written) = self.source(who, condition).await?;
        let draft = self.read(who, source).await;
        draft.map_err(|error| fault::of(error, written.as_deref()))
    }

    /// Reads a condition, of somebody without a token only what tells nothing of lists and maps.
    async fn read(&self, who: &Asker, source: Source) -> Result<Draft, ProfilesError> {
        if who.is_known() {
            self.profiles.draft(source).await
        } else {
            self.profiles.open_draft(source).await
        }
    }

    async fn import(&self, who: &Asker, format: &str, text: &str) -> Result<Value, ProfileFault> {
        let source = match format {
            // The short name that the routes have for it.
            "zkillboard" => Some(import::Source::ZkillboardUrl),
            format => import::Source::named(format),
        };
        let Some(source) = source else {
            let known: Vec<&str> = import::Source::ALL.iter().map(|one| one.name()).collect();
            return Err(ProfileFault::invalid(format!(
                "{format:?} is no format that can be imported; there are {}",
                known.join(", ")
            )));
        };
        let imported = import::import_all(source, text, &TreeLimits::default())
            .map_err(|error| ProfileFault::invalid(error.to_string()))?;
        let mut all = Vec::with_capacity(imported.len());
        for imported in imported {
            all.push(self.imported(who, imported).await?);
        }
        // A dump may hold several.
        match all.len() {
            1 => Ok(all.swap_remove(0)),
            _ => Ok(json!({ "profiles": all })),
        }
    }

    async fn imported(&self, who: &Asker, imported: Imported) -> Result<Value, ProfileFault> {
        let draft = self.read(who, Source::Tree(Box::new(imported.expr)));
        let mut answer = self.drafted(&draft.await.map_err(fault::plain)?);
        let notes: Vec<String> = imported.notes.iter().map(ToString::to_string).collect();
        answer["name"] = json!(imported.name);
        answer["notes"] = json!(notes);
        Ok(answer)
    }

    /// A profile that nobody has asked for, made by the program itself; false where there is one of
    /// that name already.
    pub(crate) async fn make(&self, name: &str, condition: &str) -> Result<bool, ProfileFault> {
        let profile = ProfileAsk::Create {
            name: name.to_owned(),
            condition: ProfileSource::Text(condition.to_owned()),
            enabled: true,
        };
        match self.answer(Asker::OPERATOR, profile).await {
            Ok(_) => Ok(true),
            Err(ProfileFault::Conflict(_)) => Ok(false),
            Err(fault) => Err(fault),
        }
    }
}

/// Whether something is written.
const fn changes(ask: &ProfileAsk) -> bool {
    match ask {
        ProfileAsk::Create { .. }
        | ProfileAsk::Replace { .. }
        | ProfileAsk::Enable { .. }
        | ProfileAsk::Delete { .. }
        | ProfileAsk::PutList { .. }
        | ProfileAsk::DeleteList { .. } => true,
        ProfileAsk::Get { .. }
        | ProfileAsk::List
        | ProfileAsk::Check { .. }
        | ProfileAsk::Test { .. }
        | ProfileAsk::Explain { .. }
        | ProfileAsk::Import { .. }
        | ProfileAsk::Lists
        | ProfileAsk::GetList { .. } => false,
    }
}

fn named(name: &str) -> Result<ProfileName, ProfileFault> {
    ProfileName::new(name).map_err(|error| ProfileFault::invalid(error.to_string()))
}

fn no_profile(id: i64) -> ProfileFault {
    ProfileFault::NotFound(format!("there is no profile {id}"))
}
