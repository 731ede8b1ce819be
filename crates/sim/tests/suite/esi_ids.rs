//! ESI knows everything by its name, too.

use killwire_sim::names;

use crate::client::{json, send, world, world_with};

#[tokio::test]
async fn whatever_bears_one_of_the_names_comes_in_the_list_of_its_kind() {
    let world = world_with(|config| config.unknown_ids = 0.0).await;
    let pilot = names::character(90_000_000).to_uppercase();
    let corporation = names::corporation(98_000_000);
    let alliance = names::alliance(99_000_000);
    let asked = [
        pilot.as_str(),
        &corporation,
        &alliance,
        "jita",
        "Rifter",
        "Nobody",
    ];
    let found = json(world.esi_ids(&asked)).await;
    insta::assert_json_snapshot!(found, @r#"
    {
      "alliances": [
        {
          "id": 99000000,
          "name": "Swift Rafiharov Federation"
        }
      ],
      "characters": [
        {
          "id": 90000000,
          "name": "Lehathas Rozenel"
        }
      ],
      "corporations": [
        {
          "id": 98000000,
          "name": "Misty Shinarosar Labs"
        }
      ],
      "inventory_types": [
        {
          "id": 587,
          "name": "Rifter"
        }
      ],
      "systems": [
        {
          "id": 30000142,
          "name": "Jita"
        }
      ]
    }
    "#);
    let nobody = json(world.esi_ids(&["Nobody", "Nowhere"])).await;
    assert_eq!(nobody, serde_json::json!({}));
    let status = world.sim.status();
    assert_eq!(status.esi_requests["POST /universe/ids"], 2);
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn a_batch_of_names_is_refused_for_what_the_specification_forbids() {
    let world = world(Vec::new()).await;
    let ask = |names: &[&str]| send(world.esi_ids(names));
    assert_eq!(ask(&[]).await.status(), 400);
    assert_eq!(ask(&["Jita", "Jita"]).await.status(), 400);
    assert_eq!(ask(&["Jita", ""]).await.status(), 400);
    assert_eq!(ask(&["Jita", &"x".repeat(101)]).await.status(), 400);
    assert_eq!(world.sim.breaches(), []);
    let many: Vec<String> = (0..501).map(|number| format!("Pilot {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(ask(&many).await.status(), 400);
    assert_eq!(world.count("esi-batch-size"), 1);
}
