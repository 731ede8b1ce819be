//! The graph of stargates, and distances in it.

use serde::{Deserialize, Serialize};

/// Which solar systems a system's stargates lead to. Systems go by their place in the table.
///
/// The neighbours of system `i` are `neighbours[starts[i]..starts[i + 1]]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Graph {
    starts: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Graph {
    /// From one link per stargate: the system it stands in, the system it leads to. A link that is
    /// there twice counts once; one between systems that are not there, or from a system to itself,
    /// does not count.
    pub(crate) fn new(systems: usize, mut links: Vec<(u32, u32)>) -> Self {
        let known = |place: u32| usize::try_from(place).is_ok_and(|place| place < systems);
        links.retain(|(from, to)| from != to && known(*from) && known(*to));
        links.sort_unstable();
        links.dedup();
        let mut starts = Vec::with_capacity(systems + 1);
        let mut neighbours = Vec::with_capacity(links.len());
        let mut next = links.into_iter().peekable();
        for system in 0..systems {
            starts.push(count(neighbours.len()));
            while let Some((_, to)) = next.next_if(|(from, _)| usize::try_from(*from) == Ok(system))
            {
                neighbours.push(to);
            }
        }
        starts.push(count(neighbours.len()));
        Self { starts, neighbours }
    }

    /// Whether it is one of so many systems, as [`Graph::new`] would make it.
    pub(crate) fn fits(&self, systems: usize) -> bool {
        if self.starts.is_empty() {
            return systems == 0 && self.neighbours.is_empty();
        }
        self.starts.len() == systems + 1
            && self.starts.first() == Some(&0)
            && self.starts.last() == Some(&count(self.neighbours.len()))
            && self.starts.is_sorted()
            && (self.neighbours.iter())
                .all(|place| usize::try_from(*place).is_ok_and(|place| place < systems))
    }

    /// How many links there are, each direction for itself.
    pub(crate) fn links(&self) -> usize {
        self.neighbours.len()
    }

    /// The systems next to `system`.
    pub(crate) fn neighbours(&self, system: u32) -> &[u32] {
        let range = || {
            let place = usize::try_from(system).ok()?;
            let start = usize::try_from(*self.starts.get(place)?).ok()?;
            let end = usize::try_from(*self.starts.get(place + 1)?).ok()?;
            self.neighbours.get(start..end)
        };
        range().unwrap_or_default()
    }

    /// Jumps from one system to another by the shortest way; none where there is no way.
    pub(crate) fn distance(&self, from: u32, to: u32) -> Option<u32> {
        let mut walk = Walk::new(self, from);
        loop {
            if walk.ring.contains(&to) {
                return Some(walk.jumps);
            }
            walk.step()?;
        }
    }

    /// All systems at most `jumps` away with their distances, `from` first, nearest first.
    pub(crate) fn within(&self, from: u32, jumps: u32) -> Vec<(u32, u32)> {
        let mut walk = Walk::new(self, from);
        let mut found = vec![(from, 0)];
        while walk.jumps < jumps && walk.step().is_some() {
            found.extend(walk.ring.iter().map(|system| (*system, walk.jumps)));
        }
        found
    }

    /// In bytes.
    pub(crate) fn size(&self) -> usize {
        (self.starts.capacity() + self.neighbours.capacity()) * size_of::<u32>()
    }
}

/// A breadth-first walk, ring by ring.
struct Walk<'a> {
    graph: &'a Graph,
    seen: Vec<bool>,
    /// The systems that are exactly `jumps` away.
    ring: Vec<u32>,
    jumps: u32,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a Graph, from: u32) -> Self {
        let mut seen = vec![false; graph.starts.len()];
        enter(&mut seen, from);
        Self {
            graph,
            seen,
            ring: vec![from],
            jumps: 0,
        }
    }

    /// On to the next ring; none where there is no further one.
    fn step(&mut self) -> Option<()> {
        let mut next = Vec::new();
        for system in &self.ring {
            for neighbour in self.graph.neighbours(*system) {
                if enter(&mut self.seen, *neighbour) {
                    next.push(*neighbour);
                }
            }
        }
        self.ring = next;
        self.jumps += 1;
        (!self.ring.is_empty()).then_some(())
    }
}

/// Marks a system as seen; false where it was already.
fn enter(seen: &mut [bool], system: u32) -> bool {
    let slot = usize::try_from(system)
        .ok()
        .and_then(|place| seen.get_mut(place));
    slot.is_some_and(|seen| !std::mem::replace(seen, true))
}

/// The tables are far below four billion rows: their readers stop at a million.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
