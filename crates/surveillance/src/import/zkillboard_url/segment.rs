//! The parts of an address, by name.

use crate::import::conditions::band;
use crate::tree::{Expr, Field};

/// What a part of an address means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// An id follows, of one who is involved.
    Involved(Field),
    /// An id follows, of the place or the war.
    Place(Field),
    /// The id of one killmail follows.
    Killmail,
    /// As attacker.
    Kills,
    /// As victim.
    Losses,
    /// The one who is meant has the final blow.
    FinalBlow,
    /// It is so.
    Flag(Field),
    /// 0 or 1 follows.
    FlagIs(Field),
    /// In this kind of space.
    Band(u8),
    /// A label follows.
    Label,
    /// zKillboard's label of the same name.
    Ganked,
    /// An amount of ISK follows.
    Worth,
    /// A number of seconds follows.
    PastSeconds,
    /// A year follows.
    Year,
    /// A month follows.
    Month,
    /// A page of all kills of a sort.
    Page(Expr),
    /// How it is shown.
    Shown,
    /// How it is shown; a value follows.
    ShownWith,
    /// Once known.
    Disabled,
}

/// The part of this name, in lower case: pages say `corporation`, the API says `corporationID`.
pub(super) fn segment(name: &str) -> Option<Segment> {
    let segment = match name {
        "character" | "characterid" => Segment::Involved(Field::Character),
        "corporation" | "corporationid" => Segment::Involved(Field::Corporation),
        "alliance" | "allianceid" => Segment::Involved(Field::Alliance),
        "faction" | "factionid" => Segment::Involved(Field::Faction),
        "ship" | "shipid" | "shiptypeid" => Segment::Involved(Field::Ship),
        "group" | "groupid" => Segment::Involved(Field::ShipGroup),
        "system" | "systemid" | "solarsystemid" => Segment::Place(Field::System),
        "constellation" | "constellationid" => Segment::Place(Field::Constellation),
        "region" | "regionid" => Segment::Place(Field::Region),
        "location" | "locationid" => Segment::Place(Field::Location),
        "war" | "warid" => Segment::Place(Field::War),
        "kill" | "killid" => Segment::Killmail,
        "kills" => Segment::Kills,
        "losses" => Segment::Losses,
        "finalblow-only" => Segment::FinalBlow,
        "solo" => Segment::Flag(Field::Solo),
        "npc" => Segment::FlagIs(Field::Npc),
        "awox" => Segment::FlagIs(Field::Awox),
        "highsec" => Segment::Band(band::HIGH),
        "lowsec" => Segment::Band(band::LOW),
        "nullsec" => Segment::Band(band::NULL),
        "w-space" => Segment::Band(band::WORMHOLE),
        "abyssal" => Segment::Band(band::ABYSSAL),
        "label" => Segment::Label,
        "ganked" => Segment::Ganked,
        "iskvalue" => Segment::Worth,
        "pastseconds" => Segment::PastSeconds,
        "year" => Segment::Year,
        "month" => Segment::Month,
        "top" | "topalltime" | "supers" | "wars" | "stats" | "ranks" | "trophies" | "corpstats"
        | "pretty" | "mixed" | "combined" | "streambox" | "nolimit" | "json" | "no-items"
        | "no-attackers" | "zkbonly" | "asc" | "desc" => Segment::Shown,
        "page" | "limit" | "orderdirection" => Segment::ShownWith,
        "starttime" | "endtime" | "beforekillid" | "afterkillid" => Segment::Disabled,
        _ => return None,
    };
    Some(segment)
}
