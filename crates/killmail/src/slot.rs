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
