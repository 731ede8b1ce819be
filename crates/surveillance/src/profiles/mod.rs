//! The profiles of an installation: written, changed, compiled, put in force.
//!
//! Whoever writes goes through here, one after the other: the store first, then the view that the
//! reader matches with. What cannot be compiled any more (static data without a ship that it had)
//! stays, is not in force, and says why.

mod draft;
mod error;
mod keep;
mod lists;
mod past;
mod warning;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use killwire_clock::Clock;
use killwire_store::{ListRow, ProfileLimits, ProfileRow, Store};
use killwire_universe::CurrentUniverse;

pub use draft::{Draft, DraftView, Source};
pub use error::{Place, ProfilesError};
pub use past::Explained;

use crate::compile::{Compiler, List, Lists};
use crate::ground::Ground;
use crate::index::{Heat, Snapshot, Watcher};
use crate::live::{Live, View};
use crate::resolve::Open;
use crate::subject::Chains;
use crate::text;
use crate::tree::{Expr, Name, RefKind, TreeLimits};

/// Who knows the ids of pilots, corporations and alliances by their names. It may ask ESI.
pub trait People: Send + Sync {
    /// The ids of those that were found. A name that nobody has is left out.
    ///
    /// # Errors
    /// In words, where it cannot be found out at the moment.
    fn ids(&self, names: Vec<Open>) -> BoxFuture<'_, Result<HashMap<Open, i64>, String>>;
}

/// How much there may be.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProfilesLimits {
    /// Of one condition.
    pub tree: TreeLimits,
    /// Of profiles.
    pub profiles: ProfileLimits,
}

/// The profiles, and who writes them.
pub struct Profiles {
    store: Store,
    universe: CurrentUniverse,
    people: Arc<dyn People>,
    chains: Arc<dyn Chains>,
    clock: Clock,
    limits: ProfilesLimits,
    live: Arc<Live>,
    /// Held by whoever writes: what is not in force, and why, by profile.
    broken: tokio::sync::Mutex<BTreeMap<i64, String>>,
    /// How many those are, for who must not wait.
    broken_count: AtomicUsize,
}

impl std::fmt::Debug for Profiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profiles")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What a new [`Profiles`] works with.
pub struct Parts {
    /// Where profiles are kept.
    pub store: Store,
    /// Static data.
    pub universe: CurrentUniverse,
    /// Who knows people.
    pub people: Arc<dyn People>,
    /// Who knows maps.
    pub chains: Arc<dyn Chains>,
    /// Time.
    pub clock: Clock,
    /// Limits.
    pub limits: ProfilesLimits,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

impl Profiles {
    /// Reads all profiles and lists, and puts them in force.
    ///
    /// # Errors
    /// [`ProfilesError`] when the store fails.
    pub async fn open(parts: Parts) -> Result<Self, ProfilesError> {
        let profiles = Self {
            store: parts.store,
            universe: parts.universe,
            people: parts.people,
            chains: parts.chains,
            clock: parts.clock,
            limits: parts.limits,
            live: Arc::default(),
            broken: tokio::sync::Mutex::default(),
            broken_count: AtomicUsize::new(0),
        };
        let rows = profiles.store.profiles().await?;
        // Who has no profiles need not wait for a sample; it is taken when there are some.
        let heat = if rows.is_empty() {
            Heat::guessed()
        } else {
            profiles.sample().await?
        };
        let mut broken = profiles.broken.lock().await;
        profiles.compile_all(&mut broken, rows, heat).await?;
        drop(broken);
        Ok(profiles)
    }

    /// The profiles in force, for whoever matches.
    #[must_use]
    pub fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live)
    }

    /// Who knows maps.
    #[must_use]
    pub fn chains(&self) -> Arc<dyn Chains> {
        Arc::clone(&self.chains)
    }

    /// Why a profile that is enabled is not in force; none where it is.
    pub async fn fault(&self, id: i64) -> Option<String> {
        self.broken.lock().await.get(&id).cloned()
    }

    /// The enabled profiles that are not in force, by number, each with the reason.
    pub async fn faults(&self) -> BTreeMap<i64, String> {
        self.broken.lock().await.clone()
    }

    /// How many those are. Does not wait.
    #[must_use]
    pub fn fault_count(&self) -> usize {
        self.broken_count.load(Ordering::Relaxed)
    }

    fn count_broken(&self, broken: &BTreeMap<i64, String>) {
        self.broken_count.store(broken.len(), Ordering::Relaxed);
    }

    /// Compiles everything against the static data in use, and puts it in force.
    async fn compile_all(
        &self,
        broken: &mut BTreeMap<i64, String>,
        rows: Vec<ProfileRow>,
        heat: Heat,
    ) -> Result<(), ProfilesError> {
        let lists = lists_of(&self.store.named_lists().await?);
        let universe = self.universe.load();
        let limits = self.limits.tree;
        let made = tokio::task::spawn_blocking(move || {
            let ground = Ground::new(universe);
            let (watchers, faults) = compiled(&rows, &ground, &lists, &limits);
            let snapshot = Snapshot::new(watchers, &ground, &heat);
            let view = View {
                ground: Arc::new(ground),
                lists: Arc::new(lists),
                heat: Arc::new(heat),
                snapshot,
            };
            (view, faults)
        });
        let (view, faults) = made.await?;
        for (id, why) in &faults {
            tracing::warn!(profile = id, %why, "a profile cannot be put in force");
        }
        *broken = faults;
        self.count_broken(broken);
        self.live.replace(view);
        Ok(())
    }
}

/// The enabled ones of these, compiled, and why some could not be.
fn compiled(
    rows: &[ProfileRow],
    ground: &Ground,
    lists: &Lists,
    limits: &TreeLimits,
) -> (Vec<Arc<Watcher>>, BTreeMap<i64, String>) {
    let mut compiler = Compiler::new(ground, lists);
    let (mut watchers, mut faults) = (Vec::new(), BTreeMap::new());
    for row in rows.iter().filter(|row| row.enabled) {
        match watcher(row, &mut compiler, limits) {
            Ok(watcher) => watchers.push(watcher),
            Err(why) => {
                faults.insert(row.id.0, why);
            }
        }
    }
    (watchers, faults)
}

/// A stored profile, compiled.
fn watcher(
    row: &ProfileRow,
    compiler: &mut Compiler<'_>,
    limits: &TreeLimits,
) -> Result<Arc<Watcher>, String> {
    let parsed = text::parse(&row.condition, limits).map_err(|error| error.to_string())?;
    let expr: Expr = parsed.expr;
    let plan = compiler.compile(&expr).map_err(|error| error.to_string())?;
    Ok(Watcher::new(row.id.0, row.version, Arc::new(expr), plan))
}

/// Stored lists as conditions use them.
fn lists_of(rows: &[ListRow]) -> Lists {
    let list = |row: &ListRow| {
        let entries = row
            .entries
            .iter()
            .map(|entry| (kind_of(entry.kind), entry.id));
        Some((Name::new(row.name.as_str()).ok()?, List::new(entries)))
    };
    rows.iter().filter_map(list).collect()
}

fn kind_of(kind: killwire_store::ListEntryKind) -> RefKind {
    use killwire_store::ListEntryKind as Kind;
    match kind {
        Kind::System => RefKind::System,
        Kind::Constellation => RefKind::Constellation,
        Kind::Region => RefKind::Region,
        Kind::Type => RefKind::Type,
        Kind::Group => RefKind::Group,
        Kind::Category => RefKind::Category,
        Kind::Character => RefKind::Character,
        Kind::Corporation => RefKind::Corporation,
        Kind::Alliance => RefKind::Alliance,
        Kind::Faction => RefKind::Faction,
    }
}
