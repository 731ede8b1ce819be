//! In which order sources are asked.

use std::fmt;
use std::str::FromStr;

/// Who can be asked for a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PriceProvider {
    /// Janice; only with a key.
    Janice,
    /// MutaMarket; only for abyssal types.
    Mutamarket,
    /// CCP's list of average and adjusted prices.
    Esi,
}

impl PriceProvider {
    /// Every one, in the default order: the price of a market before an average of all, and an
    /// estimate where no market has the type.
    pub const ALL: [Self; 3] = [Self::Janice, Self::Mutamarket, Self::Esi];

    /// Its name in configuration, messages and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Janice => "janice",
            Self::Mutamarket => "mutamarket",
            Self::Esi => "esi",
        }
    }
}

impl fmt::Display for PriceProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Who is asked for prices, the first first; each at most once, at least one.
///
/// As text: names with commas between them, `janice, mutamarket, esi`. What is not named is not
/// asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceOrder(Vec<PriceProvider>);

/// Text that is not an order of price sources.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceOrderError {
    /// None is named.
    #[error("no source of prices is named; write one or more of janice, mutamarket, esi")]
    Empty,
    /// A name that stands for none.
    #[error(
        "{0:?} is not a source of prices; write janice, mutamarket or esi, with commas between"
    )]
    Unknown(String),
    /// A name that stands twice.
    #[error("{0} stands twice; each source of prices is asked once")]
    Twice(PriceProvider),
}

impl PriceOrder {
    /// The sources, the first first.
    #[must_use]
    pub fn providers(&self) -> &[PriceProvider] {
        &self.0
    }
}

impl Default for PriceOrder {
    fn default() -> Self {
        Self(PriceProvider::ALL.to_vec())
    }
}

impl fmt::Display for PriceOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, provider) in self.0.iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            write!(f, "{comma}{provider}")?;
        }
        Ok(())
    }
}

impl FromStr for PriceOrder {
    type Err = PriceOrderError;

    fn from_str(text: &str) -> Result<Self, PriceOrderError> {
        if text.trim().is_empty() {
            return Err(PriceOrderError::Empty);
        }
        let mut providers = Vec::new();
        for name in text.split(',').map(str::trim) {
            let known = PriceProvider::ALL.into_iter();
            let provider = known
                .clone()
                .find(|provider| provider.name().eq_ignore_ascii_case(name))
                .ok_or_else(|| PriceOrderError::Unknown(name.chars().take(40).collect()))?;
            if providers.contains(&provider) {
                return Err(PriceOrderError::Twice(provider));
            }
            providers.push(provider);
        }
        Ok(Self(providers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_names_with_commas_and_reads_back() {
        let order: PriceOrder = "esi,Janice , mutamarket".parse().unwrap();
        assert_eq!(
            order.providers(),
            [
                PriceProvider::Esi,
                PriceProvider::Janice,
                PriceProvider::Mutamarket
            ]
        );
        assert_eq!(order.to_string(), "esi, janice, mutamarket");
        assert_eq!(order.to_string().parse(), Ok(order));
        assert_eq!(PriceOrder::default().to_string(), "janice, mutamarket, esi");
    }

    #[test]
    fn what_is_not_named_is_not_asked() {
        let order: PriceOrder = "esi".parse().unwrap();
        assert_eq!(order.providers(), [PriceProvider::Esi]);
    }

    #[test]
    fn no_name_a_wrong_one_and_one_that_stands_twice_are_refused() {
        let error = |text: &str| text.parse::<PriceOrder>().unwrap_err();
        assert_eq!(error(" "), PriceOrderError::Empty);
        assert_eq!(
            error("janice, fuzzwork"),
            PriceOrderError::Unknown("fuzzwork".to_owned())
        );
        assert_eq!(error("esi,"), PriceOrderError::Unknown(String::new()));
        assert_eq!(
            error("esi, janice, esi"),
            PriceOrderError::Twice(PriceProvider::Esi)
        );
        assert!(
            error("x")
                .to_string()
                .contains("write janice, mutamarket or esi")
        );
    }
}
