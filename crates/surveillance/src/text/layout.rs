//! How a condition is laid out in lines.

/// Lines are no longer, where they can be broken.
const WIDTH: usize = 100;

/// One level of indentation.
const INDENT: usize = 2;

/// A condition as text that can be broken at certain places.
#[derive(Debug)]
pub(super) enum Layout {
    /// Never broken.
    Text(String),
    /// What stands before a list in brackets, and what is in it.
    List(String, Vec<String>),
    /// Something between an opening and a closing piece.
    Block(String, Box<Layout>, &'static str),
    /// Parts with a word between them; at least two.
    Joined(&'static str, Vec<Layout>),
}

impl Layout {
    pub(super) fn block(open: impl Into<String>, inner: Self, close: &'static str) -> Self {
        Self::Block(open.into(), Box::new(inner), close)
    }

    /// The same with a word before it.
    pub(super) fn behind(mut self, word: &str) -> Self {
        match &mut self {
            Self::Text(head) | Self::List(head, _) | Self::Block(head, ..) => {
                head.insert_str(0, word);
            }
            // Joined parts have a block around them before anything stands before them.
            Self::Joined(..) => {}
        }
        self
    }

    /// As text, without an end of the last line.
    pub(super) fn written(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0, 0);
        out
    }

    /// As text on one line, however long.
    pub(super) fn flat(&self) -> String {
        let mut out = String::new();
        self.write_flat(&mut out);
        out
    }

    /// Writes it in lines; `indent` is that of its own, and it begins at `column`.
    fn write(&self, out: &mut String, indent: usize, column: usize) {
        if column + self.width() <= WIDTH {
            return self.write_flat(out);
        }
        let inner = indent + INDENT;
        match self {
            Self::Text(text) => out.push_str(text),
            Self::List(head, items) => {
                out.push_str(head);
                out.push('[');
                fill(out, items, inner);
                new_line(out, indent);
                out.push(']');
            }
            Self::Block(open, of, close) => {
                out.push_str(open);
                new_line(out, inner);
                of.write(out, inner, inner);
                new_line(out, indent);
                out.push_str(close);
            }
            Self::Joined(word, parts) => {
                let mut column = column;
                for (place, part) in parts.iter().enumerate() {
                    if place > 0 {
                        new_line(out, indent);
                        out.push_str(word);
                        out.push(' ');
                        column = indent + word.len() + 1;
                    }
                    part.write(out, indent, column);
                }
            }
        }
    }

    fn write_flat(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::List(head, items) => {
                out.push_str(head);
                out.push('[');
                out.push_str(&items.join(", "));
                out.push(']');
            }
            Self::Block(open, of, close) => {
                out.push_str(open);
                of.write_flat(out);
                out.push_str(close);
            }
            Self::Joined(word, parts) => {
                for (place, part) in parts.iter().enumerate() {
                    if place > 0 {
                        out.push(' ');
                        out.push_str(word);
                        out.push(' ');
                    }
                    part.write_flat(out);
                }
            }
        }
    }

    /// How many characters it takes on one line.
    fn width(&self) -> usize {
        let between = |count: usize, each: usize| count.saturating_sub(1) * each;
        match self {
            Self::Text(text) => text.chars().count(),
            Self::List(head, items) => {
                let items_width: usize = items.iter().map(|item| item.chars().count()).sum();
                head.chars().count() + items_width + between(items.len(), 2) + 2
            }
            Self::Block(open, of, close) => open.chars().count() + of.width() + close.len(),
            Self::Joined(word, parts) => {
                let parts_width: usize = parts.iter().map(Self::width).sum();
                parts_width + between(parts.len(), word.len() + 2)
            }
        }
    }
}

/// Items with commas behind them, as many on a line as there is room for.
fn fill(out: &mut String, items: &[String], indent: usize) {
    let mut column = WIDTH;
    for (place, item) in items.iter().enumerate() {
        let comma = usize::from(place + 1 < items.len());
        let width = item.chars().count();
        if column + 1 + width + comma > WIDTH {
            new_line(out, indent);
            column = indent;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(item);
        column += width + comma;
        if comma > 0 {
            out.push(',');
        }
    }
}

fn new_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}
