//! Exports that are none, or only half: an error in words, never a universe with holes.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use insta::assert_snapshot;
use killwire_universe::{ExportError, read_export, read_export_file};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::small::{Files, files, files_with, files_without, id, pack, read};

fn words(files: &Files) -> String {
    read(files).unwrap_err().to_string()
}

#[test]
fn every_file_that_is_missing_is_named_at_once() {
    let few = files_without(&["types.jsonl", "mapStargates.jsonl"]);
    assert_snapshot!(words(&few), @"the archive has no types.jsonl, mapStargates.jsonl: it must be CCP's whole static data export as JSON lines (…-jsonl.zip, not …-yaml.zip)");
    for (name, _) in files() {
        let whole = read(&files_without(&[name])).is_ok();
        let needed = [
            "_sde.jsonl",
            "categories.jsonl",
            "groups.jsonl",
            "types.jsonl",
            "mapRegions.jsonl",
            "mapConstellations.jsonl",
            "mapSolarSystems.jsonl",
            "mapStargates.jsonl",
        ];
        assert_eq!(whole, !needed.contains(&name), "{name}");
    }
}

#[test]
fn an_archive_that_does_not_say_its_build_is_refused() {
    let none = files_without(&["_sde.jsonl"]);
    let error = read(&none).unwrap_err();
    assert!(matches!(error, ExportError::Missing { .. }), "{error}");
    let empty = files_with("_sde.jsonl", "");
    let error = read(&empty).unwrap_err();
    assert!(matches!(error, ExportError::Missing { .. }), "{error}");
}

#[test]
fn a_row_that_is_wrong_is_told_with_file_and_line() {
    let types = |line: &str| files_with("types.jsonl", format!("{{\"_key\":1}}\n\n{line}\n"));
    assert_snapshot!(words(&types("no JSON")), @"types.jsonl, line 3: expected ident at line 1 column 2");
    assert_snapshot!(words(&types(r#"{"groupID":25}"#)), @"types.jsonl, line 3: missing field `_key` at line 1 column 14");
    assert_snapshot!(words(&types(r#"{"_key":-1}"#)), @"types.jsonl, line 3: invalid value: integer `-1`, expected u32 at line 1 column 10");
    assert_snapshot!(words(&types(r#"{"_key":2,"name":"Rifter"}"#)), @r#"types.jsonl, line 3: invalid type: string "Rifter", expected struct NameRow at line 1 column 25"#);
    let sde = |line: &str| files_with("_sde.jsonl", line);
    assert_snapshot!(words(&sde(r#"{"_key":"sde"}"#)), @"_sde.jsonl, line 1: it has no buildNumber");
    assert_snapshot!(words(&sde(r#"{"buildNumber":1,"releaseDate":"soon"}"#)), @r#"_sde.jsonl, line 1: releaseDate "soon" is not a time in RFC 3339"#);
}

#[test]
fn a_member_that_is_not_used_may_be_anything() {
    let odd = r#"{"_key":2,"basePrice":1e300,"volume":"large","groupID":25,"name":{"en":"Odd"}}"#;
    let universe = read(&files_with("types.jsonl", odd)).unwrap();
    assert_eq!(universe.item_type(id(2)).unwrap().name, "Odd");
}

#[test]
fn a_row_without_key_is_refused_in_every_file() {
    for (name, _) in files() {
        if ["_sde.jsonl", "skins.jsonl"].contains(&name) {
            continue;
        }
        let error = read(&files_with(name, "{}")).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{name}, line 1: missing field `_key` at line 1 column 2")
        );
    }
}

#[test]
fn a_row_with_nothing_but_its_key_is_taken_in_every_file() {
    for (name, _) in files() {
        if ["_sde.jsonl", "skins.jsonl"].contains(&name) {
            continue;
        }
        assert!(read(&files_with(name, r#"{"_key":77}"#)).is_ok(), "{name}");
    }
}

#[test]
fn an_id_that_is_there_twice_is_refused() {
    let twice = files_with(
        "types.jsonl",
        "{\"_key\":587}\n{\"_key\":1}\n{\"_key\":587}",
    );
    assert_snapshot!(words(&twice), @"types.jsonl has 587 twice");
}

#[test]
fn a_name_longer_than_any_is_refused() {
    let name = "x".repeat(1_025);
    let row = format!(r#"{{"_key":1,"name":{{"en":"{name}"}}}}"#);
    assert_snapshot!(words(&files_with("types.jsonl", row)), @"types.jsonl, line 1: its name is longer than 1024 bytes, or all names together are too long");
}

#[test]
fn what_is_no_archive_says_so() {
    let read = |bytes: &[u8]| read_export(Cursor::new(bytes), &mut |_| ()).unwrap_err();
    for bytes in [&b""[..], b"PK", b"<html>Not found</html>", &[0; 4_096]] {
        let error = read(bytes);
        assert!(matches!(error, ExportError::Archive(_)), "{error}");
    }
    let error = read_export_file("/no/such/file.zip".as_ref(), &mut |_| ()).unwrap_err();
    assert_snapshot!(error, @"cannot open /no/such/file.zip: No such file or directory (os error 2)");
}

#[test]
fn an_archive_cut_short_anywhere_is_refused() {
    let archive = pack(&files());
    for length in (0..archive.len()).step_by(97) {
        let cut = Cursor::new(archive.get(..length).unwrap());
        assert!(read_export(cut, &mut |_| ()).is_err(), "{length} bytes");
    }
}

#[test]
fn a_changed_byte_among_the_files_is_refused_or_changes_nothing() {
    let archive = pack(&files());
    let whole = read(&files()).unwrap();
    // Behind the files stands the list of them, where a change may rename one that is not needed.
    let list = (archive.windows(4))
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    for place in (0..list).step_by(13) {
        let mut changed = archive.clone();
        *changed.get_mut(place).unwrap() ^= 0x20;
        // Some bytes mean nothing: a time stamp, a file that is not read.
        if let Ok(universe) = read_export(Cursor::new(changed), &mut |_| ()) {
            assert!(universe == whole, "byte {place}");
        }
    }
}

#[test]
fn a_file_that_inflates_beyond_all_measure_is_refused_without_holding_it() {
    // Six million blanks in one line take six thousand bytes.
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, lines) in files() {
        archive.start_file(name, options).unwrap();
        if name == "types.jsonl" {
            let blanks = vec![b' '; 1 << 20];
            for _ in 0..6 {
                archive.write_all(&blanks).unwrap();
            }
        } else {
            archive.write_all(lines.as_bytes()).unwrap();
        }
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 100_000);
    let error = read_export(Cursor::new(bytes), &mut |_| ()).unwrap_err();
    assert_snapshot!(error, @"types.jsonl, line 1, has more than 4194304 bytes: this is no export of CCP's");
}

proptest! {
    #[test]
    fn any_text_in_any_file_is_read_or_refused_in_words(
        place in 0_usize..13, text in prop_oneof![".{0,60}", r#"\{"_key":[0-9]{1,12},"[a-zA-Z_]{1,8}":[0-9eE.\[\]{}-]{0,9}\}"#]
    ) {
        let (name, _) = &files()[place];
        match read(&files_with(name, text)) {
            Ok(universe) => prop_assert!(universe.build().is_some()),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn a_disk_that_fails_is_told_and_not_taken_for_the_end() {
    /// Fails when bytes in the middle of the archive are read.
    struct Failing(Cursor<Vec<u8>>);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if (1_000..1_200).contains(&self.0.position()) {
                return Err(std::io::Error::other("bad sector"));
            }
            let limit = buffer.len().min(64);
            self.0.read(&mut buffer[..limit])
        }
    }
    impl Seek for Failing {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let archive = Failing(Cursor::new(pack(&files())));
    let error = read_export(archive, &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("bad sector"), "{error}");
}
