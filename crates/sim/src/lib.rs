//! The world outside, played on loopback, with scripted faults.
//!
//! | service | below | plays |
//! |---|---|---|
//! | R2Z2 | `/r2z2` | the feed and its day index |
//! | ESI | `/esi` | names, ids of names, affiliations, pilots with their history, corporations, alliances, market prices, status, killmails; both limits, caching, downtime |
//! | EVE Ref | `/everef` | a day's killmails in one archive |
//! | Janice | `/janice` | prices of types, for those who have the key |
//! | MutaMarket | `/mutamarket` | abyssal modules of a type with estimates |
//! | CCP's static data | `/static-data` | exports by build: a small universe, or a zip of yours |
//! | zKillboard | `/zkillboard` | REST: the recent killmails of a solar system |
//!
//! `/sim/status` says how it stands and `/sim/faults` takes more faults.
//!
//! Everything fits together: ESI knows exactly the ids that killmails name, under the [`names`]
//! that are made up from them; the static data holds exactly the systems and types that can occur;
//! every market has a price of its own around the same figure ([`prices`]).
//!
//! A [`Sim`] stands in for every upstream that Killwire reads, in tests, in the demo, in the crash
//! harness and in benchmarks. It publishes killmails like those of New Eden ([`Generator`]) or
//! from files by an injected clock, plays what goes wrong out there ([`FaultPlan`]), and counts
//! every breach of an upstream's rules ([`Breach`]).
//!
//! ```no_run
//! use killwire_clock::Clock;
//! use killwire_sim::{FaultPlan, Feed, Sim, SimConfig};
//!
//! # async fn play() -> Result<(), killwire_sim::SimError> {
//! let clock = Clock::scaled(jiff::Timestamp::now(), 1_000);
//! let sim = Sim::start(SimConfig {
//!     feed: Feed::Generated { per_hour: 20_000.0, total: Some(500) },
//!     faults: FaultPlan::everything(0.01),
//!     ..SimConfig::new(clock)
//! })
//! .await?;
//! println!("{}/ephemeral/sequence.json", sim.r2z2_url());
//! # Ok(())
//! # }
//! ```

mod config;
mod dice;
mod directory;
mod downtime;
mod export;
mod faults;
pub mod generator;
pub mod names;
pub mod prices;
mod rules;
mod server;
mod sim;
mod status;
mod time;
mod world;

pub use config::{Feed, HistoryPolicy, JANICE_KEY, Offered, STATIC_BUILD, SimConfig, SimError};
pub use export::static_export;
pub use faults::{Fault, FaultKind, FaultPlan, FaultRule, Service};
pub use generator::{GeneratedKillmail, Generator};
pub use rules::Breach;
pub use sim::Sim;
pub use status::SimStatus;
