//! What a stored killmail is worth, line by line.

use jiff::Timestamp;
use killwire_killmail::{Isk, KillmailId, PriceSource, SystemId, TypeId, Valued};
use killwire_lookup::{Priority, valuation};
use killwire_store::StoreError;
use serde::{Deserialize, Serialize};

use super::Inquiry;

/// A killmail's worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Worth {
    pub(crate) killmail_id: KillmailId,
    pub(crate) killmail_time: Timestamp,
    pub(crate) ship_type_id: TypeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ship_name: Option<String>,
    pub(crate) solar_system_id: SystemId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) solar_system_name: Option<String>,
    /// The hull first, then each item, containers before their contents.
    pub(crate) lines: Vec<WorthLine>,
    /// What Killwire makes of the lines; absent where no line has a price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ours: Option<Valued>,
    /// zKillboard's figures, where it gave any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zkillboard: Option<ZkillboardFigures>,
    /// Why prices may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<String>,
}

/// zKillboard's figures of a killmail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ZkillboardFigures {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fitted: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dropped: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) destroyed: Option<Isk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<Isk>,
}

/// The hull, or a stack of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WorthLine {
    pub(crate) type_id: TypeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// CCP's inventory flag; absent for the hull.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) flag: Option<i32>,
    /// 1 and more for what was in a container.
    pub(crate) depth: u8,
    pub(crate) dropped: i64,
    pub(crate) destroyed: i64,
    pub(crate) fitted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unit_price: Option<Isk>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<PriceSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) priced_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<Isk>,
}

impl Inquiry {
    /// Values the killmail; none where it is not stored.
    pub(crate) async fn value(&self, id: KillmailId) -> Result<Option<Worth>, StoreError> {
        let Some(stored) = self.store.get(id).await? else {
            return Ok(None);
        };
        let parsed = stored.parsed()?;
        let killmail = &parsed.killmail;
        let lookup = &self.knowledge.lookup;
        let universe = lookup.universe();
        let wanted = valuation::types_to_price(killmail, &universe);
        let trouble = lookup.fetch_prices(&wanted, Priority::Live).await.err();
        let price = |id: TypeId| lookup.price(id).yes();
        let valuation = valuation::value(killmail, &universe, &price);
        let name = |id: TypeId| universe.item_type(id).map(|found| found.name.to_owned());
        let lines = valuation.lines.iter().map(|line| WorthLine {
            type_id: line.type_id,
            name: name(line.type_id),
            flag: line.flag,
            depth: line.depth,
            dropped: line.counted.dropped,
            destroyed: line.counted.destroyed,
            fitted: line.counted.fitted,
            unit_price: line.unit.map(|unit| unit.isk),
            source: line.unit.map(|unit| unit.source),
            priced_at: line.unit.map(|unit| unit.date),
            total: line.total,
        });
        let zkb = parsed.zkb.as_ref().filter(|zkb| zkb.gives_values());
        Ok(Some(Worth {
            killmail_id: id,
            killmail_time: killmail.time,
            ship_type_id: killmail.victim.ship_type_id,
            ship_name: name(killmail.victim.ship_type_id),
            solar_system_id: killmail.system_id,
            solar_system_name: universe
                .system(killmail.system_id)
                .map(|system| system.name.to_owned()),
            lines: lines.collect(),
            ours: valuation.valued(),
            zkillboard: zkb.map(|zkb| ZkillboardFigures {
                fitted: zkb.fitted_value,
                dropped: zkb.dropped_value,
                destroyed: zkb.destroyed_value,
                total: zkb.total_value,
            }),
            trouble: trouble.map(|error| error.to_string()),
        }))
    }
}
