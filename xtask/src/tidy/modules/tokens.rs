//! Rust source as words and signs, without comments and the content of literals. Macros are read like
//! everything else, because paths in their arguments count as well.

/// A word or sign and the line on which it stands, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or keyword.
    Word(String),
    /// `::`
    Colons,
    /// Any other sign.
    Sign(char),
    /// A string, character, number or lifetime.
    Literal,
}

impl Token {
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(own) if own == word)
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            Kind::Colons | Kind::Sign(_) | Kind::Literal => None,
        }
    }
}

/// Reads a file that the compiler accepts; of any other file something without meaning.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { rest: text, line: 1 };
    let mut tokens = Vec::new();
    loop {
        reader.pass_over_blanks();
        let line = reader.line;
        let Some(kind) = reader.next() else { return tokens };
        tokens.push(Token { kind, line });
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    /// Leaves out some bytes, which end where a character ends.
    fn take(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) {
        self.take(self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len()));
    }

    fn pass_over_blanks(&mut self) {
        loop {
            self.take_while(char::is_whitespace);
            if self.rest.starts_with("//") {
                self.take_while(|c| c != '\n');
            } else if self.rest.starts_with("/*") {
                self.take(block_comment(self.rest));
            } else {
                return;
            }
        }
    }

    fn next(&mut self) -> Option<Kind> {
        let first = self.rest.chars().next()?;
        if let Some(length) = string(self.rest) {
            self.take(length);
            return Some(Kind::Literal);
        }
        if self.rest.starts_with("b'") {
            self.take(1);
            self.take(quoted(self.rest));
            return Some(Kind::Literal);
        }
        if is_in_word(first) {
            if self.rest.starts_with("r#") {
                self.take(2);
            }
            let before = self.rest;
            self.take_while(is_in_word);
            let word = &before[..before.len() - self.rest.len()];
            let is_number = first.is_ascii_digit();
            return Some(if is_number { Kind::Literal } else { Kind::Word(word.to_owned()) });
        }
        if first == '\'' {
            self.take(quoted(self.rest));
            return Some(Kind::Literal);
        }
        if self.rest.starts_with("::") {
            self.take(2);
            return Some(Kind::Colons);
        }
        self.take(first.len_utf8());
        Some(Kind::Sign(first))
    }
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a block comment, in which others may stand.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the string with which a text begins: plain, raw, of bytes or of C.
fn string(text: &str) -> Option<usize> {
    let after_kind = text.trim_start_matches(['b', 'c']);
    let kind = text.len() - after_kind.len();
    if kind > 1 {
        return None;
    }
    if let Some(content) = after_kind.strip_prefix('"') {
        return Some(kind + 1 + escaped(content, '"'));
    }
    let raw = after_kind.strip_prefix('r')?;
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let content = raw[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = content.find(&end).map_or(content.len(), |at| at + end.len());
    Some(text.len() - content.len() + length)
}

/// The length up to and with the sign that ends a literal.
fn escaped(content: &str, end: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in content.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == end => return at + c.len_utf8(),
            _ => {}
        }
    }
    content.len()
}

/// The length of a character, or of the quote alone before a lifetime.
fn quoted(text: &str) -> usize {
    let content = &text[1..];
    let mut letters = content.chars();
    match (letters.next(), letters.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => 1 + escaped(content, '\''),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};

    fn words(text: &str) -> Vec<String> {
        tokens(text).iter().filter_map(|token| token.word().map(str::to_owned)).collect()
    }

    #[test]
    fn comments_and_literals_are_no_words() {
        for text in [
            "a // no\nb",
            "a /* no /* no */ no */ b",
            r#"a "no \" no" b"#,
            "a r#\"no \" no\"# b",
            "a br##\"no \"# no\"## b",
            "a b\"no\" b",
            "a c\"no\" b",
            "a 'n' b",
            r"a '\'' b",
            r"a '\u{1F600}' b",
            "a 'ộ' b",
            "a b'n' b",
            "a 12_u8 b",
            "a 0xdead b",
        ] {
            assert_eq!(words(text), ["a", "b"], "{text}");
        }
    }

    #[test]
    fn words_are_kept_as_they_are() {
        assert_eq!(
            words("fn f<'a>(x: &'a r#type) { brief(c, b) }"),
            ["fn", "f", "a", "x", "a", "type", "brief", "c", "b"]
        );
        assert_eq!(words("r#crate crate_ _crate"), ["crate", "crate_", "_crate"]);
    }

    #[test]
    fn signs_have_their_lines() {
        let found = tokens("/*\n*/ a\n:: \"\n\" b;");
        let kinds: Vec<(&Kind, usize)> = found.iter().map(|t| (&t.kind, t.line)).collect();
        assert_eq!(
            kinds,
            [
                (&Kind::Word("a".to_owned()), 2),
                (&Kind::Colons, 3),
                (&Kind::Literal, 3),
                (&Kind::Word("b".to_owned()), 4),
                (&Kind::Sign(';'), 4),
            ]
        );
    }
}
