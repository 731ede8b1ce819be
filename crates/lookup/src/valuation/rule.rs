//! Prices that follow from what an item is, whatever the market says.
//!
//! The rules are zKillboard's, as its program of August 2026 has them, so that a killmail that it
//! has not valued yet gets a comparable figure. `docs/values.md` tells them to people.

use killwire_killmail::{Isk, KillmailId, Slot, TypeId};
use killwire_universe::Universe;

/// Blueprint copies, SKINs and what cannot be lost count as a hundredth of an ISK.
const NEXT_TO_NOTHING: Isk = Isk::from_hundredths(1);
/// Every capsule costs the same; there is no market for them.
const CAPSULE: Isk = Isk::from_hundredths(10_000 * 100);

/// The group of capsules.
const CAPSULES: i64 = 29;
/// The two capsules there are, so that they are known before static data is.
const CAPSULE_TYPES: [i64; 2] = [670, 33_328];
/// The category of SKINs.
const SKINS: i64 = 91;
/// The category of blueprints, originals and copies alike.
const BLUEPRINTS: i64 = 9;
/// The implant that makes a capsule golden. It leaves the head unharmed when the pilot dies.
const GOLDEN_IMPLANT: i64 = 33_329;
/// CCP's singleton mark for a blueprint copy.
const COPY: i32 = 2;
/// Below this id, of December 2011, killmails do not tell copies of blueprints from originals.
const FIRST_WITH_COPIES: i64 = 21_112_472;

/// Where an item was found, and its mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) killmail_id: KillmailId,
    /// CCP's inventory flag; none for the hull.
    pub(super) flag: Option<i32>,
    pub(super) singleton: i32,
    /// 0 for what was not in a container.
    pub(super) depth: u8,
    /// In the frigate escape bay, or in something that was.
    pub(super) in_frigate_bay: bool,
}

/// The price that a rule gives one unit of `type_id`; none where the market decides.
pub(super) fn price(type_id: TypeId, universe: &Universe, found: Found) -> Option<Isk> {
    let known = universe.item_type(type_id);
    let group = known.map(|known| known.group_id.get());
    let category = known.map(|known| known.category_id.get());
    let is_copy = found.singleton == COPY
        || (found.killmail_id.get() < FIRST_WITH_COPIES
            && found.depth > 0
            && category == Some(BLUEPRINTS));
    let is_golden_implant =
        type_id.get() == GOLDEN_IMPLANT && found.flag.map(Slot::from_flag) == Some(Slot::Implant);
    if is_copy || is_golden_implant || found.in_frigate_bay || category == Some(SKINS) {
        Some(NEXT_TO_NOTHING)
    } else if group == Some(CAPSULES) || CAPSULE_TYPES.contains(&type_id.get()) {
        Some(CAPSULE)
    } else {
        None
    }
}
