use std::io::Write;
use std::path::{Path, PathBuf};

use super::*;

fn place_of(document: &ImportDocument) -> String {
    let (_, after) = document.place.rsplit_once('/').unwrap();
    after.to_owned()
}

async fn read(paths: &[PathBuf], limits: BatchLimits) -> Vec<ImportDocument> {
    let mut stream = stream(find_files(paths).unwrap(), limits);
    let mut documents = Vec::new();
    while let Some(batch) = stream.next().await {
        assert!(batch.len() <= limits.documents);
        documents.extend(batch);
    }
    documents
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn texts(documents: &[ImportDocument]) -> Vec<(String, &str)> {
    documents
        .iter()
        .map(|d| (place_of(d), std::str::from_utf8(d.body.as_bytes()).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_line_is_a_document_and_blank_lines_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "a.jsonl", b"{\"a\":1}\n\n  \n{\"b\":2}");
    let documents = read(&[path], BatchLimits::default()).await;
    assert_eq!(
        texts(&documents),
        [
            ("a.jsonl:1".to_owned(), "{\"a\":1}"),
            ("a.jsonl:4".to_owned(), "{\"b\":2}")
        ]
    );
}

#[tokio::test]
async fn an_array_is_taken_apart_element_by_element() {
    let folder = tempfile::tempdir().unwrap();
    let array = b"[\n {\"a\":\"]},{\\\"\"},\n {\"b\":[1,{\"c\":2}]}, 7 ]\n";
    let path = write(folder.path(), "a.json", array);
    let documents = read(&[path], BatchLimits::default()).await;
    assert_eq!(
        texts(&documents),
        [
            ("a.json:2".to_owned(), "{\"a\":\"]},{\\\"\"}"),
            ("a.json:3".to_owned(), "{\"b\":[1,{\"c\":2}]}"),
            ("a.json:3".to_owned(), "7"),
        ]
    );
}

#[tokio::test]
async fn a_json_file_may_hold_one_object_or_several_in_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let one = write(folder.path(), "one.json", b"\xEF\xBB\xBF{\n\"a\":1}");
    let row = write(folder.path(), "row.json", b"{\"a\":1}{\"b\":2}\n{\"c\":");
    let documents = read(&[one, row], BatchLimits::default()).await;
    let bodies: Vec<&str> = texts(&documents)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(bodies, ["{\n\"a\":1}", "{\"a\":1}", "{\"b\":2}", "{\"c\":"]);
}

#[tokio::test]
async fn a_document_beyond_the_limit_is_cut_and_says_so_and_the_next_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let limits = BatchLimits {
        document_bytes: 8,
        ..BatchLimits::default()
    };
    let lines = write(folder.path(), "a.jsonl", b"{\"a\":1234567}\n{\"b\":2}\n");
    let array = write(folder.path(), "b.json", b"[{\"a\":1234567},{\"b\":2}]");
    for path in [lines, array] {
        let documents = read(&[path], limits).await;
        assert_eq!(documents[0].body.as_bytes(), b"{\"a\":123");
        assert!(
            documents[0]
                .fault
                .as_ref()
                .unwrap()
                .contains("longer than 8 bytes")
        );
        assert_eq!(documents[1].body.as_bytes(), b"{\"b\":2}");
        assert_eq!(documents[1].fault, None);
    }
}

#[tokio::test]
async fn every_packing_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let plain = b"{\"a\":1}\n{\"b\":2}\n";
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(plain).unwrap();
    let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz.write_all(plain).unwrap();
    write(folder.path(), "a.jsonl.gz", &gz.finish().unwrap());
    write(folder.path(), "b.jsonl.bz2", &bz.finish().unwrap());
    write(
        folder.path(),
        "c/d.jsonl.zst",
        &zstd::encode_all(&plain[..], 1).unwrap(),
    );
    write(folder.path(), "e.jsonl", plain);
    write(folder.path(), "readme.txt", b"not a killmail");
    let documents = read(&[folder.path().to_owned()], BatchLimits::default()).await;
    let places: Vec<String> = documents.iter().map(place_of).collect();
    assert_eq!(
        places,
        [
            "a.jsonl.gz:1",
            "a.jsonl.gz:2",
            "b.jsonl.bz2:1",
            "b.jsonl.bz2:2",
            "d.jsonl.zst:1",
            "d.jsonl.zst:2",
            "e.jsonl:1",
            "e.jsonl:2"
        ]
    );
}

#[tokio::test]
async fn a_day_archive_gives_its_members() {
    let folder = tempfile::tempdir().unwrap();
    let mut tar = tar::Builder::new(bzip2::write::BzEncoder::new(
        Vec::new(),
        bzip2::Compression::fast(),
    ));
    for (name, body) in [
        ("killmails/1.json", "{\"a\":1}"),
        ("killmails/2.json", "{\"b\":2}"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(body.len() as u64);
        header.set_cksum();
        tar.append_data(&mut header, name, body.as_bytes()).unwrap();
    }
    let bytes = tar.into_inner().unwrap().finish().unwrap();
    let path = write(folder.path(), "killmails-2026-01-01.tar.bz2", &bytes);
    let documents = read(&[path], BatchLimits::default()).await;
    assert_eq!(documents.len(), 2);
    assert!(documents[1].place.ends_with(".tar.bz2!killmails/2.json:1"));
    assert_eq!(documents[1].body.as_bytes(), b"{\"b\":2}");
}

#[tokio::test]
async fn a_damaged_archive_gives_what_came_before_the_damage_and_then_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    gz.write_all(b"{\"a\":1}\n{\"b\":2}\n").unwrap();
    let bytes = gz.finish().unwrap();
    write(folder.path(), "a.jsonl.gz", &bytes[..bytes.len() - 6]);
    write(folder.path(), "b.jsonl", b"{\"c\":3}\n");
    let documents = read(&[folder.path().to_owned()], BatchLimits::default()).await;
    let fault = documents.iter().find_map(|d| d.fault.clone()).unwrap();
    assert!(fault.contains("cannot be read to its end"), "{fault}");
    assert_eq!(documents.last().unwrap().body.as_bytes(), b"{\"c\":3}");
}

#[tokio::test]
async fn batches_are_bounded_by_count() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(
        folder.path(),
        "a.jsonl",
        "{\"a\":1}\n".repeat(25).as_bytes(),
    );
    let limits = BatchLimits {
        documents: 10,
        ..BatchLimits::default()
    };
    assert_eq!(read(&[path], limits).await.len(), 25);
}

#[test]
fn a_path_that_cannot_be_read_is_refused_before_anything_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let missing = find_files(&[folder.path().join("none.jsonl")]).unwrap_err();
    assert!(matches!(missing, ImportError::Unreadable { .. }));
    let empty = find_files(&[folder.path().to_owned()]).unwrap_err();
    assert!(matches!(empty, ImportError::NothingThere(_)));
    let odd = find_files(&[write(folder.path(), "notes.txt", b"")]).unwrap_err();
    assert!(odd.to_string().contains(".jsonl"), "{odd}");
}

#[test]
fn bytes_that_are_not_text_survive_the_way_through_json() {
    let document = ImportDocument {
        place: "a:1".to_owned(),
        body: vec![0xFF, 0x00].into(),
        fault: None,
    };
    let json = serde_json::to_string(&document).unwrap();
    assert_eq!(
        serde_json::from_str::<ImportDocument>(&json).unwrap(),
        document
    );
}
