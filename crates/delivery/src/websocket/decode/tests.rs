use bytes::BytesMut;
use proptest::prelude::*;

use super::*;
use crate::websocket::client;

const LIMIT: usize = 131_072;
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// All messages in `bytes`, which come in pieces of `piece` bytes, and the error that ends them.
fn read(bytes: &[u8], piece: usize) -> (Vec<Message>, Option<ProtocolError>) {
    client::decode(Decoder::new(LIMIT), bytes, piece)
}

fn one(bytes: &[u8]) -> Message {
    let (mut messages, error) = read(bytes, bytes.len());
    assert_eq!((messages.len(), error), (1, None), "{messages:?}");
    messages.remove(0)
}

fn error(bytes: &[u8]) -> ProtocolError {
    let (messages, error) = read(bytes, bytes.len());
    assert_eq!(messages, []);
    error.expect("an error")
}

fn frame(last: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    client::frame(last, opcode, payload, KEY)
}

fn text(text: &str) -> Message {
    Message::Text(text.to_owned())
}

#[test]
fn the_masked_text_of_the_rfc_is_read() {
    let hello = [
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    assert_eq!(one(&hello), text("Hello"));
}

#[test]
fn the_masked_pong_of_the_rfc_is_read() {
    let pong = [
        0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    assert_eq!(one(&pong), Message::Pong(b"Hello".to_vec()));
}

#[test]
fn the_empty_ping_of_the_mapper_is_read() {
    assert_eq!(one(&[0x89, 0x80, 1, 2, 3, 4]), Message::Ping(Vec::new()));
}

#[test]
fn a_message_in_fragments_is_put_together_and_control_frames_come_in_between() {
    let bytes = [
        frame(false, Opcode::Text, b"Hel"),
        frame(true, Opcode::Ping, b"?"),
        frame(false, Opcode::Continuation, b""),
        frame(true, Opcode::Continuation, b"lo"),
        frame(true, Opcode::Binary, &[0xff]),
    ]
    .concat();
    let expected = [
        Message::Ping(b"?".to_vec()),
        text("Hello"),
        Message::Binary(vec![0xff]),
    ];
    for piece in 1..=bytes.len() {
        assert_eq!(
            read(&bytes, piece),
            (expected.to_vec(), None),
            "in pieces of {piece}"
        );
    }
}

#[test]
fn a_character_may_be_cut_by_a_fragment() {
    let (start, end) = "é".as_bytes().split_at(1);
    let bytes = [
        frame(false, Opcode::Text, start),
        frame(true, Opcode::Continuation, end),
    ];
    assert_eq!(one(&bytes.concat()), text("é"));
}

#[test]
fn the_three_forms_of_a_length_are_read_at_their_edges() {
    for length in [0, 125, 126, 65_535, 65_536, LIMIT] {
        let message = one(&frame(true, Opcode::Binary, &vec![7; length]));
        assert_eq!(message, Message::Binary(vec![7; length]), "{length}");
    }
}

#[test]
fn a_message_over_the_limit_is_refused_by_its_head_alone() {
    let too_long = ProtocolError::TooLong { allowed: LIMIT };
    let whole = frame(true, Opcode::Binary, &vec![7; LIMIT + 1]);
    assert_eq!(error(&whole[..10]), too_long);
    assert_eq!(
        error(&[0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        too_long
    );
}

#[test]
fn fragments_over_the_limit_are_refused_by_the_one_that_exceeds_it() {
    let bytes = [
        frame(false, Opcode::Binary, &vec![7; LIMIT]),
        frame(true, Opcode::Continuation, b""),
        frame(false, Opcode::Binary, &vec![7; LIMIT]),
        frame(true, Opcode::Ping, b"fits beside it"),
        frame(true, Opcode::Continuation, b"x"),
    ];
    let (messages, error) = read(&bytes.concat(), 4_096);
    assert_eq!(messages.len(), 2);
    assert_eq!(error, Some(ProtocolError::TooLong { allowed: LIMIT }));
}

#[test]
fn what_breaks_the_protocol_is_refused_with_its_reason() {
    let close = |payload: &[u8]| frame(true, Opcode::Close, payload);
    let cases: [(&[u8], ProtocolError); 18] = [
        (&[0xc1, 0x80], ProtocolError::ReservedBits),
        (&[0xa1, 0x80], ProtocolError::ReservedBits),
        (&[0x91, 0x80], ProtocolError::ReservedBits),
        (&[0x83, 0x80], ProtocolError::UnknownOpcode(3)),
        (&[0x8f, 0x80], ProtocolError::UnknownOpcode(15)),
        (&[0x81, 0x05], ProtocolError::Unmasked),
        (&[0x09, 0x80], ProtocolError::FragmentedControl),
        (&[0x89, 0xfe], ProtocolError::LongControl),
        (&[0x80, 0x80, 1, 2, 3, 4], ProtocolError::NothingToContinue),
        (&[0x81, 0xfe, 0, 125], ProtocolError::LengthForm),
        (
            &[0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
            ProtocolError::LengthForm,
        ),
        (&frame(true, Opcode::Text, &[0xc3]), ProtocolError::NotUtf8),
        (
            &frame(true, Opcode::Text, &[0xed, 0xa0, 0x80]),
            ProtocolError::NotUtf8,
        ),
        (&close(&[3]), ProtocolError::CloseCode),
        (&close(&[0x03, 0xec]), ProtocolError::CloseCode),
        (&close(&[0x03, 0xed]), ProtocolError::CloseCode),
        (&close(&[0, 0]), ProtocolError::CloseCode),
        (&close(&[0x03, 0xe8, 0xff]), ProtocolError::NotUtf8),
    ];
    for (bytes, expected) in cases {
        assert_eq!(error(bytes), expected, "{bytes:x?}");
    }
    let begun_twice = [
        frame(false, Opcode::Text, b"a"),
        frame(true, Opcode::Text, b"b"),
    ];
    assert_eq!(error(&begun_twice.concat()), ProtocolError::NotContinued);
}

#[test]
fn nothing_is_read_after_a_close_frame() {
    let bytes = [
        frame(true, Opcode::Close, b"\x03\xe8bye"),
        frame(true, Opcode::Text, b"late"),
        vec![0xff; 100],
    ];
    let close = CloseFrame {
        code: 1000,
        reason: "bye".to_owned(),
    };
    assert_eq!(one(&bytes.concat()), Message::Close(Some(close)));
    assert_eq!(one(&frame(true, Opcode::Close, b"")), Message::Close(None));
}

#[test]
fn nothing_is_read_after_an_error() {
    let mut decoder = Decoder::new(LIMIT);
    let mut input = BytesMut::from(&[0x81, 0x05, b'x'][..]);
    assert_eq!(decoder.next(&mut input), Err(ProtocolError::Unmasked));
    input.extend_from_slice(&frame(true, Opcode::Text, b"late"));
    assert_eq!(decoder.next(&mut input), Ok(None));
    assert!(input.is_empty());
}

#[test]
fn a_waiting_decoder_takes_little_memory() {
    assert!(size_of::<Decoder>() <= 24, "{}", size_of::<Decoder>());
}

/// A message and the sizes of its fragments.
fn messages() -> impl Strategy<Value = Vec<(Message, Vec<usize>)>> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..200);
    let message = prop_oneof![
        ".{0,80}".prop_map(Message::Text),
        bytes().prop_map(Message::Binary),
        prop::collection::vec(any::<u8>(), 0..=125).prop_map(Message::Ping),
        prop::collection::vec(any::<u8>(), 0..=125).prop_map(Message::Pong),
    ];
    prop::collection::vec((message, prop::collection::vec(0_usize..90, 0..4)), 0..8)
}

fn written(messages: &[(Message, Vec<usize>)], key: [u8; 4]) -> Vec<u8> {
    let mut out = Vec::new();
    for (message, sizes) in messages {
        let (mut opcode, mut payload, mut sizes) = match message {
            Message::Text(text) => (Opcode::Text, text.as_bytes(), &sizes[..]),
            Message::Binary(bytes) => (Opcode::Binary, &bytes[..], &sizes[..]),
            Message::Ping(bytes) => (Opcode::Ping, &bytes[..], &[][..]),
            Message::Pong(bytes) => (Opcode::Pong, &bytes[..], &[][..]),
            Message::Close(_) => unreachable!("not generated"),
        };
        while let Some((&size, rest)) = sizes.split_first() {
            let (fragment, left) = payload.split_at(size.min(payload.len()));
            out.extend(client::frame(false, opcode, fragment, key));
            (opcode, payload, sizes) = (Opcode::Continuation, left, rest);
        }
        out.extend(client::frame(true, opcode, payload, key));
    }
    out
}

proptest! {
    #[test]
    fn what_a_client_sends_arrives_however_the_network_cuts_it(
        sent in messages(),
        key in any::<[u8; 4]>(),
        piece in 1_usize..64,
    ) {
        let bytes = written(&sent, key);
        let expected: Vec<Message> = sent.into_iter().map(|(message, _)| message).collect();
        prop_assert_eq!(read(&bytes, piece), (expected.clone(), None));
        prop_assert_eq!(read(&bytes, bytes.len().max(1)), (expected, None));
    }

    #[test]
    fn any_bytes_come_out_the_same_however_they_are_cut(
        bytes in prop::collection::vec(any::<u8>(), 1..300),
        piece in 1_usize..64,
    ) {
        prop_assert_eq!(read(&bytes, piece), read(&bytes, bytes.len()));
    }
}
