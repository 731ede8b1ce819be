//! The profiles that a demo begins with: so that something is found, and to be copied from.

use killwire_store::Store;

use crate::config::Config;
use crate::failure::Failure;
use crate::knowledge::Knowledge;
use crate::profile_desk::ProfileAnswers;
use crate::surveillance::open_profiles;

/// Name and condition.
pub(super) const EXAMPLES: [(&str, &str); 3] = [
    ("Big losses", "value >= 500m and not npc"),
    (
        "Around Jita",
        r#"system within 2 jumps of "Jita" and not victim.ship.group = "Capsule""#,
    ),
    (
        "Capitals",
        r#"anyone.ship.group in ["Dreadnought", "Carrier", "Force Auxiliary", "Supercarrier", "Titan"]"#,
    ),
];

/// Makes the examples where there are no profiles at all.
pub(super) async fn make(
    config: &Config,
    store: &Store,
    knowledge: &Knowledge,
) -> Result<(), Failure> {
    if !store.profiles().await?.is_empty() {
        return Ok(());
    }
    let profiles = open_profiles(config, store, knowledge).await?;
    let clock = config.upstream.clock();
    let answers = ProfileAnswers::new(profiles, store.clone(), knowledge, clock);
    for (name, condition) in EXAMPLES {
        answers.make(name, condition).await?;
    }
    Ok(())
}
