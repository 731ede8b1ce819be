//! Named lists. Each belongs to the token that made it, which alone may change it, and is used by all.

use killwire_delivery::{Asker, ProfileFault};
use killwire_store::{ListEntry, ListEntryKind, ListName, ListRow};
use killwire_surveillance::resolve::Open;
use killwire_surveillance::tree::RefKind;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ProfileAnswers, fault};

/// Something that somebody puts into a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wanted {
    /// What it is.
    pub(crate) kind: ListEntryKind,
    /// Which.
    pub(crate) meant: Meant,
}

/// By what it is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Meant {
    /// By its id.
    Id(i64),
    /// By its name.
    Name(String),
}

impl ProfileAnswers {
    /// The entries that somebody means who writes names.
    pub(crate) async fn entries(
        &self,
        wanted: Vec<Wanted>,
    ) -> Result<Vec<ListEntry>, ProfileFault> {
        let open = |wanted: &Wanted| match &wanted.meant {
            Meant::Id(_) => None,
            Meant::Name(name) => Some(Open {
                kind: ref_kind(wanted.kind),
                name: name.as_str().into(),
            }),
        };
        let names: Vec<Open> = wanted.iter().filter_map(open).collect();
        let ids = self.profiles.ids(names).await.map_err(fault::plain)?;
        let entry = |wanted: Wanted| {
            let id = match (&wanted.meant, open(&wanted)) {
                (Meant::Id(id), _) => Some(*id),
                (Meant::Name(_), open) => ids.get(&open?).copied(),
            };
            Some(ListEntry {
                kind: wanted.kind,
                id: id?,
                name: match wanted.meant {
                    Meant::Name(name) => Some(name),
                    Meant::Id(_) => None,
                },
            })
        };
        Ok(wanted.into_iter().filter_map(entry).collect())
    }

    pub(super) async fn lists(&self) -> Result<Value, ProfileFault> {
        let lists = self.store.named_lists().await.map_err(fault::store)?;
        let listed = lists.iter().map(|list| {
            json!({
                "name": list.name,
                "owner": list.owner,
                "entries": list.entries.len(),
                "version": list.version,
                "changed_at": list.changed_at,
            })
        });
        let listed: Vec<Value> = listed.collect();
        Ok(json!({ "lists": listed }))
    }

    pub(super) async fn get_list(&self, name: &str) -> Result<Value, ProfileFault> {
        let found = self
            .store
            .named_list(&named(name)?)
            .await
            .map_err(fault::store)?;
        found.map(|list| shown(&list)).ok_or_else(|| no_list(name))
    }

    pub(super) async fn put_list(
        &self,
        who: &Asker,
        name: &str,
        mut entries: Vec<ListEntry>,
    ) -> Result<Value, ProfileFault> {
        who.writes()?;
        let view = self.profiles.live().load();
        for entry in &mut entries {
            // What static data calls it stands before what somebody wrote.
            if let Some(name) = view.ground.name(ref_kind(entry.kind), entry.id) {
                entry.name = Some(name.to_owned());
            }
        }
        let put = self
            .profiles
            .put_list(who.party(), named(name)?, entries)
            .await;
        Ok(shown(&put.map_err(fault::plain)?))
    }

    pub(super) async fn delete_list(&self, who: &Asker, name: &str) -> Result<Value, ProfileFault> {
        who.writes()?;
        let deleted = self.profiles.delete_list(who.party(), &named(name)?).await;
        if deleted.map_err(fault::plain)? {
            Ok(json!({ "name": name }))
        } else {
            Err(no_list(name))
        }
    }
}

fn shown(list: &ListRow) -> Value {
    let entries = list.entries.iter().map(|entry| match &entry.name {
        Some(name) => json!({ "kind": entry.kind, "id": entry.id, "name": name }),
        None => json!({ "kind": entry.kind, "id": entry.id }),
    });
    let entries: Vec<Value> = entries.collect();
    json!({
        "name": list.name,
        "owner": list.owner,
        "version": list.version,
        "changed_at": list.changed_at,
        "entries": entries,
    })
}

fn named(name: &str) -> Result<ListName, ProfileFault> {
    ListName::new(name).map_err(|error| ProfileFault::invalid(error.to_string()))
}

fn no_list(name: &str) -> ProfileFault {
    ProfileFault::NotFound(format!("there is no list called {name:?}"))
}

const fn ref_kind(kind: ListEntryKind) -> RefKind {
    match kind {
        ListEntryKind::System => RefKind::System,
        ListEntryKind::Constellation => RefKind::Constellation,
        ListEntryKind::Region => RefKind::Region,
        ListEntryKind::Type => RefKind::Type,
        ListEntryKind::Group => RefKind::Group,
        ListEntryKind::Category => RefKind::Category,
        ListEntryKind::Character => RefKind::Character,
        ListEntryKind::Corporation => RefKind::Corporation,
        ListEntryKind::Alliance => RefKind::Alliance,
        ListEntryKind::Faction => RefKind::Faction,
    }
}
