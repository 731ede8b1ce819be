//! From rows to tables: one function per file takes a row, and in the end everything is sorted and
//! what points by id is made to point by place.

use super::modules::Modules;
use super::row::{
    ConstellationRow, CorporationRow, DogmaRow, GroupRow, MutaplasmidRow, NameRow, PlainRow,
    RegionRow, StargateRow, SystemRow, TypeRow, parse,
};
use super::{ExportError, read_build};
use crate::jumps::Graph;
use crate::names::{MAX_NAME, Name};
use crate::tables::{self, Child, NONE, Plain, Row, Tables, at, place};

/// What has been read so far. In its tables, rows still point to others by id.
#[derive(Default)]
pub(super) struct Assembly {
    tables: Tables,
    /// Classes of regions and constellations, beside the id.
    region_classes: Vec<(u32, i16)>,
    constellation_classes: Vec<(u32, i16)>,
    /// Ids of the systems at both ends of a stargate.
    links: Vec<(u32, u32)>,
    modules: Modules,
}

type Taken = Result<(), String>;

impl Assembly {
    pub(super) fn sde(&mut self, line: &[u8]) -> Taken {
        // There is one row; CCP says nothing of more.
        if self.tables.build.is_none() {
            self.tables.build = Some(read_build(line)?);
        }
        Ok(())
    }

    pub(super) fn category(&mut self, line: &[u8]) -> Taken {
        let row = self.plain(line)?;
        self.tables.categories.push(row);
        Ok(())
    }

    pub(super) fn meta_group(&mut self, line: &[u8]) -> Taken {
        let row = self.plain(line)?;
        self.tables.meta_groups.push(row);
        Ok(())
    }

    pub(super) fn faction(&mut self, line: &[u8]) -> Taken {
        let row = self.plain(line)?;
        self.tables.factions.push(row);
        Ok(())
    }

    pub(super) fn group(&mut self, line: &[u8]) -> Taken {
        let row: GroupRow<'_> = parse(line)?;
        let name = self.name(row.name.as_ref())?;
        self.tables.groups.push(Child {
            id: row.key,
            name,
            parent: row.category.unwrap_or(NONE),
        });
        Ok(())
    }

    pub(super) fn item_type(&mut self, line: &[u8]) -> Taken {
        let row: TypeRow<'_> = parse(line)?;
        let name = self.name(row.name.as_ref())?;
        if let Some(market_group) = row.market_group {
            self.modules.market_group(row.key, market_group);
        }
        self.tables.types.push(tables::TypeRow {
            id: row.key,
            name,
            group: row.group.unwrap_or(NONE),
            meta_group: row.meta_group.unwrap_or(0),
            published: row.published.unwrap_or(false),
            slot: None,
            kind: None,
        });
        Ok(())
    }

    pub(super) fn type_dogma(&mut self, line: &[u8]) -> Taken {
        self.modules.dogma(&parse::<DogmaRow>(line)?);
        Ok(())
    }

    pub(super) fn mutaplasmid(&mut self, line: &[u8]) -> Taken {
        self.modules.mutaplasmid(&parse::<MutaplasmidRow>(line)?);
        Ok(())
    }

    pub(super) fn region(&mut self, line: &[u8]) -> Taken {
        let row: RegionRow<'_> = parse(line)?;
        let name = self.name(row.name.as_ref())?;
        self.tables.regions.push(Plain { id: row.key, name });
        self.region_classes
            .extend(row.class.map(|class| (row.key, class)));
        Ok(())
    }

    pub(super) fn constellation(&mut self, line: &[u8]) -> Taken {
        let row: ConstellationRow<'_> = parse(line)?;
        let name = self.name(row.name.as_ref())?;
        self.tables.constellations.push(Child {
            id: row.key,
            name,
            parent: row.region.unwrap_or(NONE),
        });
        self.constellation_classes
            .extend(row.class.map(|class| (row.key, class)));
        Ok(())
    }

    pub(super) fn system(&mut self, line: &[u8]) -> Taken {
        let row: SystemRow<'_> = parse(line)?;
        let name = self.name(row.name.as_ref())?;
        let position = row.position.and_then(|at| Some([at.x?, at.y?, at.z?]));
        self.tables.systems.push(tables::SystemRow {
            id: row.key,
            name,
            constellation: row.constellation.unwrap_or(NONE),
            region: row.region.unwrap_or(NONE),
            class: row.class,
            security: row.security.unwrap_or(0.0),
            position,
        });
        Ok(())
    }

    pub(super) fn stargate(&mut self, line: &[u8]) -> Taken {
        let row: StargateRow = parse(line)?;
        let to = row.destination.and_then(|destination| destination.system);
        self.links.extend(row.system.zip(to));
        Ok(())
    }

    pub(super) fn npc_corporation(&mut self, line: &[u8]) -> Taken {
        let row: CorporationRow<'_> = parse(line)?;
        let name = self.name(row.name.as_ref())?;
        let ticker = self.text(row.ticker.as_deref().unwrap_or_default())?;
        self.tables.npc_corporations.push(tables::CorporationRow {
            id: row.key,
            name,
            ticker,
            faction: row.faction.unwrap_or(0),
        });
        Ok(())
    }

    /// The tables, sorted and pointing by place.
    pub(super) fn finish(mut self) -> Result<Tables, ExportError> {
        let tables = &mut self.tables;
        sort("categories.jsonl", &mut tables.categories)?;
        sort("groups.jsonl", &mut tables.groups)?;
        sort("metaGroups.jsonl", &mut tables.meta_groups)?;
        sort("types.jsonl", &mut tables.types)?;
        sort("mapRegions.jsonl", &mut tables.regions)?;
        sort("mapConstellations.jsonl", &mut tables.constellations)?;
        sort("mapSolarSystems.jsonl", &mut tables.systems)?;
        sort("factions.jsonl", &mut tables.factions)?;
        sort("npcCorporations.jsonl", &mut tables.npc_corporations)?;
        self.modules.apply(&mut tables.types);
        self.region_classes.sort_unstable();
        self.constellation_classes.sort_unstable();
        for group in &mut tables.groups {
            group.parent = found(&tables.categories, group.parent);
        }
        for row in &mut tables.types {
            row.group = found(&tables.groups, row.group);
        }
        for constellation in &mut tables.constellations {
            constellation.parent = found(&tables.regions, constellation.parent);
        }
        for system in &mut tables.systems {
            let (constellation, region) = (system.constellation, system.region);
            system.constellation = found(&tables.constellations, constellation);
            system.region = found(&tables.regions, region);
            // A system is where its constellation is, should it not say so itself.
            if system.region == NONE {
                let row = at(&tables.constellations, system.constellation);
                system.region = row.map_or(NONE, |row| row.parent);
            }
            let region = at(&tables.regions, system.region).map_or(NONE, Row::id);
            system.class = (system.class)
                .or_else(|| class(&self.constellation_classes, constellation))
                .or_else(|| class(&self.region_classes, region));
        }
        let systems = &tables.systems;
        let links = self.links.iter();
        let links = links.map(|(from, to)| (found(systems, *from), found(systems, *to)));
        tables.graph = Graph::new(systems.len(), links.collect());
        tables.shrink();
        Ok(self.tables)
    }

    fn plain(&mut self, line: &[u8]) -> Result<Plain, String> {
        let row: PlainRow<'_> = parse(line)?;
        let name = self.name(row.name.as_ref())?;
        Ok(Plain { id: row.key, name })
    }

    fn name(&mut self, name: Option<&NameRow<'_>>) -> Result<Name, String> {
        let english = name.and_then(|name| name.en.as_deref());
        self.text(english.unwrap_or_default())
    }

    fn text(&mut self, text: &str) -> Result<Name, String> {
        let added = self.tables.names.add(text);
        added.ok_or_else(|| {
            format!("its name is longer than {MAX_NAME} bytes, or all names together are too long")
        })
    }
}

fn sort<R: Row>(file: &'static str, rows: &mut [R]) -> Result<(), ExportError> {
    rows.sort_unstable_by_key(Row::id);
    let twice = rows.windows(2).find_map(|pair| match pair {
        [one, next] if one.id() == next.id() => Some(one.id()),
        _ => None,
    });
    match twice {
        Some(key) => Err(ExportError::Twice { file, key }),
        None => Ok(()),
    }
}

/// The place of the row with this id; [`NONE`] where there is no such row.
fn found<R: Row>(rows: &[R], id: u32) -> u32 {
    place(rows, i64::from(id)).unwrap_or(NONE)
}

fn class(classes: &[(u32, i16)], id: u32) -> Option<i16> {
    let place = classes.binary_search_by_key(&id, |(id, _)| *id).ok()?;
    classes.get(place).map(|(_, class)| *class)
}
