//! Static data: what the ids of places and things mean.
//!
//! Pure data and pure functions, like `killwire-killmail`: no I/O but reading the export that it is
//! given, no clock. [`read_export`] makes a [`Universe`] from CCP's export; everything else asks it.

mod answer;
mod build;
mod current;
mod encode;
mod export;
mod jumps;
mod names;
mod search;
mod tables;
mod tags;
mod universe;
mod wormhole_class;

pub use answer::{Category, Constellation, Group, NpcCorporation, Region, System, Type};
pub use build::Build;
pub use current::CurrentUniverse;
pub use encode::{DecodeError, ENCODING};
pub use export::{ExportError, Progress, read_export, read_export_file, read_unpacked};
pub use search::{Found, How, Kind, MAX_QUERY_CHARS};
pub use tags::{GroupRule, Tag, Tags, group_rules};
pub use universe::{Counts, Universe};
pub use wormhole_class::WormholeClass;
