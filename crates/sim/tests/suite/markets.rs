//! Janice, MutaMarket and zKillboard's REST.

use killwire_sim::{JANICE_KEY, prices};
use serde_json::Value;

use crate::client::{World, header, json, send, status, world, world_with};

fn pricer(world: &World, query: &str, lines: &str) -> reqwest::RequestBuilder {
    world
        .http
        .post(format!("{}/pricer{query}", world.sim.janice_url()))
        .header("X-ApiKey", JANICE_KEY)
        .body(lines.to_owned())
}

#[tokio::test]
async fn janice_prices_ids_and_names_for_those_who_have_a_key() {
    let world = world(Vec::new()).await;
    let rows = json(pricer(&world, "?market=2", "587\nTritanium\n4\n47408\n")).await;
    let rows = rows.as_array().unwrap();
    // Types that it does not know are left out, abyssal ones among them.
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["itemType"]["eid"], 587);
    assert_eq!(rows[1]["itemType"]["name"], "Tritanium");
    let known = prices::janice(587).unwrap();
    for (member, price) in [
        ("buyPrice", known.buy),
        ("splitPrice", known.split),
        ("sellPrice5DayMedian", known.sell),
    ] {
        let seen = rows[0]["immediatePrices"][member].as_f64().unwrap();
        assert_eq!(seen, price.0 as f64 / 100.0);
    }
    assert_eq!(rows[0]["market"]["id"], 2);

    let url = format!("{}/pricer/587", world.sim.janice_url());
    let one = world.http.get(&url).header("X-ApiKey", JANICE_KEY);
    assert_eq!(json(one).await["itemType"]["name"], "Rifter");
    assert_eq!(status(world.http.get(&url)).await, 401);
    let wrong = world.http.get(&url).header("X-ApiKey", "guess");
    assert_eq!(status(wrong).await, 401);
    assert_eq!(status(pricer(&world, "?market=99", "587")).await, 400);
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn mutamarket_lists_the_modules_of_an_abyssal_type() {
    let world = world(Vec::new()).await;
    let get = |type_id: i64| {
        let url = format!("{}/modules/type/{type_id}", world.sim.mutamarket_url());
        world.http.get(url)
    };
    let page = json(get(47_408)).await;
    let modules = page["data"].as_array().unwrap();
    let known = prices::mutamarket(47_408).unwrap();
    assert_eq!(modules.len(), known.len());
    for (module, (item_id, estimate)) in modules.iter().zip(known) {
        assert_eq!(module["id"], item_id);
        assert_eq!(module["type"]["id"], 47_408);
        let seen = module["estimated_value"].as_f64();
        assert_eq!(seen, estimate.map(|price| price.0 as f64 / 100.0));
    }
    assert_eq!(page["links"]["next"], Value::Null);
    assert_eq!(page["meta"]["per_page"], 100);
    assert_eq!(status(get(587)).await, 404);
}

fn listing(world: &World, path: &str) -> reqwest::RequestBuilder {
    world
        .http
        .get(format!("{}/{path}", world.sim.zkillboard_url()))
}

#[tokio::test]
async fn zkillboard_lists_the_killmails_of_a_system_that_are_old_enough() {
    let world = world_with(|config| config.backlog = 900).await;
    let path = "kills/systemID/30000142/pastSeconds/3600/";
    let rows = json(listing(&world, path)).await;
    let rows = rows.as_array().unwrap();
    assert!(!rows.is_empty() && rows.len() <= 200);
    let ids: Vec<i64> = rows
        .iter()
        .map(|row| row["killmail_id"].as_i64().unwrap())
        .collect();
    assert!(ids.is_sorted_by(|one, other| one > other));
    let now = world.clock.now();
    for row in rows {
        assert_eq!(row["solar_system_id"], 30_000_142);
        let time: jiff::Timestamp = row["killmail_time"].as_str().unwrap().parse().unwrap();
        let age = now.duration_since(time).as_secs();
        assert!((300..=3_600).contains(&age), "{age}");
        assert!(row["zkb"]["hash"].is_string());
        assert!(row["zkb"]["href"].is_null() && row["zkb"]["attackerCount"].is_null());
    }
    assert_eq!(world.sim.breaches(), []);
}

#[tokio::test]
async fn zkillboard_counts_who_asks_for_a_system_again_within_the_hour() {
    let world = world(Vec::new()).await;
    let ask = |system: i64| {
        let path = format!("kills/systemID/{system}/pastSeconds/3600/");
        // Read whole, so that the connection is used again.
        json(listing(&world, &path))
    };
    ask(30_000_142).await;
    world.advance(1);
    ask(30_002_187).await;
    world.advance(3_599);
    ask(30_000_142).await;
    assert_eq!(world.sim.breaches(), []);
    world.advance(1);
    ask(30_000_142).await;
    assert_eq!(world.count("zkillboard-again"), 1);
}

#[tokio::test]
async fn zkillboard_refuses_query_strings_and_says_its_errors_with_200() {
    let world = world(Vec::new()).await;
    let path = "kills/systemID/30000142/pastSeconds/3600/";
    assert_eq!(
        status(listing(&world, &format!("{path}?page=1"))).await,
        403
    );
    for wrong in [
        "kills/systemID/30000142/pastSeconds/3600",
        "kills/systemID/30000142/pastSeconds/3601/",
        "kills/systemID/30000142/pastSeconds/608400/",
        "kills/startTime/202601010000/",
    ] {
        world.advance(1);
        let response = send(listing(&world, wrong)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "content-type"), "application/json");
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert!(body["error"].is_string(), "{wrong}: {body}");
    }
    assert_eq!(world.sim.breaches(), []);
    for _ in 0..4 {
        status(listing(&world, path)).await;
    }
    assert!(world.count("zkillboard-rate") > 0);
}
