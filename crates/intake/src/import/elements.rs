//! JSON files: one object, an array of objects, or several objects in a row, taken apart element by
//! element without reading the whole file.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use super::ImportDocument;
use super::open::Each;

pub(super) fn read(
    mut inner: impl BufRead,
    place: &str,
    limit: usize,
    each: &mut Each<'_>,
) -> io::Result<ControlFlow<()>> {
    let mut splitter = Splitter::new(limit);
    let mut emit = |element: Element| {
        each(ImportDocument {
            place: format!("{place}:{}", element.line),
            body: element.bytes.into(),
            fault: (!element.whole).then(|| format!("the element is longer than {limit} bytes")),
        })
    };
    loop {
        let available = inner.fill_buf()?;
        if available.is_empty() {
            return Ok(splitter.take().map_or(ControlFlow::Continue(()), &mut emit));
        }
        for byte in available {
            if let Some(element) = splitter.feed(*byte)
                && emit(element).is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
        }
        let used = available.len();
        inner.consume(used);
    }
}

struct Element {
    line: u64,
    bytes: Vec<u8>,
    whole: bool,
}

/// Finds where elements begin and end: it counts brackets outside of strings and leaves judging
/// what is between them to the parser.
struct Splitter {
    limit: usize,
    line: u64,
    /// Whether the elements stand in an array. Known once the first byte that counts is seen.
    in_array: Option<bool>,
    current: Option<Element>,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Splitter {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            line: 1,
            in_array: None,
            current: None,
            depth: 0,
            in_string: false,
            escaped: false,
        }
    }

    fn take(&mut self) -> Option<Element> {
        self.depth = 0;
        self.in_string = false;
        self.current.take()
    }

    fn feed(&mut self, byte: u8) -> Option<Element> {
        if byte == b'\n' {
            self.line += 1;
        }
        if self.current.is_none() {
            return self.between(byte);
        }
        if self.in_string {
            self.push(byte);
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return None;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.push(byte);
                self.depth -= 1;
                return if self.depth == 0 { self.take() } else { None };
            }
            // A bare value ends where something else begins.
            b',' | b']' if self.depth == 0 => return self.take(),
            _ if self.depth == 0 && byte.is_ascii_whitespace() => return self.take(),
            _ => {}
        }
        self.push(byte);
        None
    }

    fn between(&mut self, byte: u8) -> Option<Element> {
        // The byte order mark that some editors put in front.
        let ignored = byte.is_ascii_whitespace() || matches!(byte, 0xEF | 0xBB | 0xBF);
        if ignored {
            return None;
        }
        if self.in_array.is_none() {
            self.in_array = Some(byte == b'[');
            if byte == b'[' {
                return None;
            }
        }
        if self.in_array == Some(true) && matches!(byte, b',' | b']') {
            return None;
        }
        self.current = Some(Element {
            line: self.line,
            bytes: Vec::new(),
            whole: true,
        });
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth = 1,
            _ => {}
        }
        self.push(byte);
        None
    }

    fn push(&mut self, byte: u8) {
        if let Some(element) = &mut self.current {
            if element.bytes.len() < self.limit {
                element.bytes.push(byte);
            } else {
                element.whole = false;
            }
        }
    }
}
