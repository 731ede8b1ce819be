//! Names and tickers that are made up from an id, the same in every run.
//!
//! Two ids below 4,294,967,296 of one kind never have the same name. Two corporations or alliances
//! whose ids lie less than 43,670,016 apart never have the same ticker.

pub(crate) mod read;

/// Odd, so that the product is another number for each id.
const SCRAMBLE: u32 = 0x9E37_79B1;

const SYLLABLES: [&str; 32] = [
    "ka", "ro", "ti", "ve", "sa", "mo", "ri", "le", "na", "du", "shi", "va", "ko", "mi", "the",
    "lo", "ra", "ze", "ni", "tor", "ha", "ju", "be", "ya", "pa", "el", "or", "is", "an", "um",
    "ge", "fi",
];

/// How a name of a person may end.
const ENDINGS: [&str; 64] = [
    "ka", "ro", "tis", "ven", "sar", "mon", "ris", "lek", "nar", "dus", "shin", "vas", "kol",
    "mir", "then", "los", "ran", "zed", "nik", "torn", "has", "jul", "ber", "yan", "pak", "elle",
    "ora", "ist", "and", "umi", "ger", "fin", "kai", "rov", "tia", "vera", "sal", "mor", "rin",
    "lena", "nov", "dane", "shar", "vik", "kor", "mila", "thas", "lor", "rask", "zan", "nel",
    "tal", "hul", "jin", "bex", "yev", "pol", "eks", "oss", "ina", "ar", "ul", "gan", "fal",
];

const ADJECTIVES: [&str; 64] = [
    "Amber", "Ashen", "Azure", "Black", "Blind", "Bold", "Brazen", "Broken", "Bright", "Burning",
    "Calm", "Cold", "Copper", "Crimson", "Dark", "Deep", "Distant", "Dusty", "Eager", "Eastern",
    "Empty", "Faded", "Fallen", "Far", "Fearless", "First", "Free", "Frozen", "Gilded", "Golden",
    "Grey", "Hidden", "High", "Hollow", "Idle", "Iron", "Ivory", "Jade", "Last", "Late", "Lone",
    "Long", "Lost", "Loud", "Lucid", "Merry", "Minor", "Misty", "New", "Northern", "Old", "Pale",
    "Patient", "Quiet", "Red", "Rising", "Sable", "Silent", "Silver", "Stray", "Swift", "Twin",
    "White", "Wild",
];

const COMPANIES: [&str; 32] = [
    "Assembly",
    "Associates",
    "Brigade",
    "Brothers",
    "Cartography",
    "Company",
    "Consortium",
    "Couriers",
    "Detachment",
    "Dynamics",
    "Enterprises",
    "Exploration",
    "Foundry",
    "Freight",
    "Guard",
    "Holdings",
    "Industries",
    "Institute",
    "Investments",
    "Labs",
    "Logistics",
    "Mining",
    "Navigators",
    "Observatory",
    "Partners",
    "Prospecting",
    "Salvage",
    "Security",
    "Shipyards",
    "Squadron",
    "Trading",
    "Works",
];

const UNIONS: [&str; 32] = [
    "Accord",
    "Alliance",
    "Armada",
    "Bloc",
    "Caucus",
    "Coalition",
    "Commonwealth",
    "Compact",
    "Concordat",
    "Confederation",
    "Council",
    "Covenant",
    "Dominion",
    "Entente",
    "Federation",
    "Fellowship",
    "Forum",
    "Front",
    "Hegemony",
    "Horde",
    "League",
    "Legion",
    "Mandate",
    "Order",
    "Pact",
    "Protectorate",
    "Realm",
    "Sovereignty",
    "Syndicate",
    "Treaty",
    "Tribunal",
    "Union",
];

/// The name of a pilot: two words, such as `Karotis Venasar`.
#[must_use]
pub fn character(id: i64) -> String {
    let mut digits = Digits::of(id);
    format!("{} {}", digits.word(), digits.word())
}

/// The name of a corporation, such as `Amber Karoti Mining`.
#[must_use]
pub fn corporation(id: i64) -> String {
    organisation(id, &COMPANIES)
}

/// The name of an alliance, such as `Amber Karoti Pact`.
#[must_use]
pub fn alliance(id: i64) -> String {
    organisation(id, &UNIONS)
}

fn organisation(id: i64, kinds: &[&'static str; 32]) -> String {
    let mut digits = Digits::of(id);
    let adjective = digits.pick(&ADJECTIVES);
    let kind = digits.pick(kinds);
    // Five, five, five and six bits: with the others the 32 of the number.
    let (first, second) = (digits.pick(&SYLLABLES), digits.pick(&SYLLABLES));
    let word = format!(
        "{first}{second}{}{}",
        digits.pick(&SYLLABLES),
        digits.pick(&ENDINGS)
    );
    format!("{adjective} {} {kind}", capital(&word))
}

/// The ticker of a corporation or an alliance: five letters and digits, a letter first.
#[must_use]
pub fn ticker(id: i64) -> String {
    const LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    /// 26 × 36⁴.
    const TICKERS: u64 = 43_670_016;
    // A prime that divides neither 26 nor 36, so that each remainder has a ticker of its own.
    let mut left = (id.unsigned_abs() % TICKERS) * 30_011_147 % TICKERS;
    let mut text = String::with_capacity(5);
    for base in [26, 36, 36, 36, 36] {
        let digit = usize::try_from(left % base).unwrap_or(0);
        text.push(char::from(LETTERS[digit]));
        left /= base;
    }
    text
}

/// The bits of an id, well mixed, to be used up from the lowest.
struct Digits(u32);

impl Digits {
    fn of(id: i64) -> Self {
        // Where an id has more than 32 bits, the upper ones are folded in.
        let folded = u32::try_from((id ^ (id >> 32)) & 0xFFFF_FFFF).unwrap_or(0);
        let mixed = folded.wrapping_mul(SCRAMBLE);
        Self((mixed ^ (mixed >> 16)).wrapping_mul(SCRAMBLE))
    }

    /// One of a list whose length is a power of two.
    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        let length = u32::try_from(list.len()).unwrap_or(1);
        let place = usize::try_from(self.0 % length).unwrap_or(0);
        self.0 /= length;
        list[place]
    }

    /// Sixteen bits as two syllables and an ending.
    fn word(&mut self) -> String {
        let (first, second) = (self.pick(&SYLLABLES), self.pick(&SYLLABLES));
        capital(&format!("{first}{second}{}", self.pick(&ENDINGS)))
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_made_up_the_same_way_for_ever() {
        assert_eq!(character(90_000_000), "Lehathas Rozenel");
        assert_eq!(corporation(98_000_000), "Misty Shinarosar Labs");
        assert_eq!(alliance(99_000_000), "Swift Rafiharov Federation");
        assert_eq!(ticker(98_000_000), "S9ALQ");
    }

    #[test]
    fn a_word_can_be_taken_apart_in_one_way_only() {
        for (place, one) in SYLLABLES.iter().enumerate() {
            for other in &SYLLABLES[place + 1..] {
                assert!(
                    !one.starts_with(other) && !other.starts_with(one),
                    "{one} {other}"
                );
            }
        }
        assert_eq!(HashSet::from(ENDINGS).len(), ENDINGS.len());
        assert_eq!(HashSet::from(ADJECTIVES).len(), ADJECTIVES.len());
        assert_eq!(HashSet::from(COMPANIES).len(), COMPANIES.len());
        assert_eq!(HashSet::from(UNIONS).len(), UNIONS.len());
    }

    #[test]
    fn no_two_ids_of_a_kind_share_a_name_or_a_ticker() {
        let ids = || 98_000_000..98_300_000;
        let distinct = |name: fn(i64) -> String| ids().map(name).collect::<HashSet<_>>().len();
        for name in [character, corporation, alliance, ticker] {
            assert_eq!(distinct(name), ids().count());
        }
        assert!(ids().all(|id| ticker(id).len() == 5));
    }
}
