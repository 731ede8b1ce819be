//! Where on a ship an item was, from CCP's inventory flag.

/// Where an item was. The flags are those of CCP's `invFlags` table; a flag that is not named here
/// is [`Slot::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Flags 27 to 34.
    High,
    /// Flags 19 to 26.
    Mid,
    /// Flags 11 to 18.
    Low,
    /// Flags 92 to 99. No hull has more than three; zKillboard counts 92 to 98.
    Rig,
    /// Flags 125 to 132.
    Subsystem,
    /// Flags 164 to 171: service modules of structures.
    Service,
    /// Flag 5.
    Cargo,
    /// Flag 87.
    DroneBay,
    /// Flag 158.
    FighterBay,
    /// Flags 159 to 163: fighters ready to launch.
    FighterTube,
    /// Flag 89: in the pilot's head.
    Implant,
    /// Flag 88: boosters in effect.
    Booster,
    /// Flag 90.
    ShipHangar,
    /// Flag 155.
    FleetHangar,
    /// Flag 179: the frigate escape bay.
    FrigateBay,
    /// Flags 133 to 143 (fuel, ore, gas, minerals, salvage, ships by size, industrial ships,
    /// ammunition), 148 (command centers), 149 (planetary commodities), 151 (material bay),
    /// 154 (Quafe), 176 (boosters), 177 (subsystems), 181 (ice) and 182 (asteroids).
    SpecializedHold,
    /// Flag 172: a structure's fuel.
    StructureFuel,
    /// Any other flag, 0 (unknown, on killmails of 2008) included.
    Other(i32),
}

impl Slot {
    /// The slot that `flag` stands for.
    #[must_use]
    pub const fn from_flag(flag: i32) -> Self {
        match flag {
            5 => Self::Cargo,
            11..=18 => Self::Low,
            19..=26 => Self::Mid,
            27..=34 => Self::High,
            87 => Self::DroneBay,
            88 => Self::Booster,
            89 => Self::Implant,
            90 => Self::ShipHangar,
            92..=99 => Self::Rig,
            125..=132 => Self::Subsystem,
            133..=143 | 148 | 149 | 151 | 154 | 176 | 177 | 181 | 182 => Self::SpecializedHold,
            155 => Self::FleetHangar,
            158 => Self::FighterBay,
            159..=163 => Self::FighterTube,
            164..=171 => Self::Service,
            172 => Self::StructureFuel,
            179 => Self::FrigateBay,
            other => Self::Other(other),
        }
    }

    /// Whether the item was fitted rather than carried: modules, rigs, subsystems and their charges,
    /// service modules, fighters in tubes. zKillboard's `fittedValue` counts the same without the
    /// service modules.
    #[must_use]
    pub const fn is_fitted(self) -> bool {
        matches!(
            self,
            Self::High
                | Self::Mid
                | Self::Low
                | Self::Rig
                | Self::Subsystem
                | Self::Service
                | Self::FighterTube
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_begins_and_ends_where_the_game_says() {
        let slots = [
            (5..=5, Slot::Cargo),
            (11..=18, Slot::Low),
            (19..=26, Slot::Mid),
            (27..=34, Slot::High),
            (87..=87, Slot::DroneBay),
            (88..=88, Slot::Booster),
            (89..=89, Slot::Implant),
            (90..=90, Slot::ShipHangar),
            (92..=99, Slot::Rig),
            (125..=132, Slot::Subsystem),
            (133..=143, Slot::SpecializedHold),
            (155..=155, Slot::FleetHangar),
            (158..=158, Slot::FighterBay),
            (159..=163, Slot::FighterTube),
            (164..=171, Slot::Service),
            (172..=172, Slot::StructureFuel),
            (179..=179, Slot::FrigateBay),
        ];
        for (flags, slot) in slots {
            assert!(
                flags.clone().all(|flag| Slot::from_flag(flag) == slot),
                "{slot:?}"
            );
            for outside in [flags.start() - 1, flags.end() + 1] {
                assert_ne!(Slot::from_flag(outside), slot, "flag {outside}");
            }
        }
        assert_eq!(Slot::from_flag(0), Slot::Other(0));
        assert_eq!(Slot::from_flag(-1), Slot::Other(-1));
    }

    #[test]
    fn cargo_and_bays_are_carried_and_modules_are_fitted() {
        let fitted = [11, 19, 27, 92, 125, 159, 164];
        let carried = [0, 5, 87, 88, 89, 90, 133, 155, 158, 172, 179];
        assert!(
            fitted
                .into_iter()
                .all(|flag| Slot::from_flag(flag).is_fitted())
        );
        assert!(
            !carried
                .into_iter()
                .any(|flag| Slot::from_flag(flag).is_fitted())
        );
    }
}
