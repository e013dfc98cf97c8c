//! What one file names: its modules, what it imports, the paths in its code. Tests are left out.

use super::tokens::{Kind, Token, tokens};

/// The names on the way from the root of the crate; empty for the root itself.
pub(super) type Path = Vec<String>;

/// A path of this crate that a module names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// The module that names it.
    pub(super) from: Path,
    pub(super) path: Path,
    pub(super) line: usize,
}

/// A name that `use` makes known in a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alias {
    pub(super) module: Path,
    pub(super) name: String,
    pub(super) path: Path,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Source {
    /// The module of the file, and those that are written in it.
    pub(super) modules: Vec<Path>,
    /// Modules in files of their own that are compiled for tests only.
    pub(super) tests: Vec<Path>,
    pub(super) mentions: Vec<Mention>,
    pub(super) aliases: Vec<Alias>,
    /// Every word outside of comments and literals, with its line.
    pub(super) words: Vec<(String, usize)>,
}

impl Source {
    /// Reads the file of a module.
    pub(super) fn read(module: &[String], text: &str) -> Self {
        let mut reader = Reader {
            tokens: tokens(text),
            at: 0,
            module: module.to_vec(),
            inline: Vec::new(),
            depth: 0,
            source: Self { modules: vec![module.to_vec()], ..Self::default() },
        };
        while reader.at < reader.tokens.len() {
            reader.step();
        }
        reader.source
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    module: Path,
    /// At which depth of braces each inline module began.
    inline: Vec<usize>,
    depth: usize,
    source: Source,
}

impl Reader {
    fn step(&mut self) {
        if self.is_sign(0, '#') {
            let is_inner = self.is_sign(1, '!');
            let start = if is_inner { 2 } else { 1 };
            if self.is_sign(start, '[') {
                return self.attribute(start, is_inner);
            }
        }
        let token = self.tokens[self.at].clone();
        match &token.kind {
            Kind::Word(word) => self.word(word, token.line),
            Kind::Sign('{') => {
                self.depth += 1;
                self.at += 1;
            }
            Kind::Sign('}') => {
                self.depth = self.depth.saturating_sub(1);
                if self.inline.pop_if(|began| *began == self.depth).is_some() {
                    self.module.pop();
                }
                self.at += 1;
            }
            Kind::Sign(_) | Kind::Colons | Kind::Literal => self.at += 1,
        }
    }

    fn word(&mut self, word: &str, line: usize) {
        match word {
            "mod" if self.is_sign(2, '{') => {
                if let Some(name) = self.token(1).and_then(Token::word) {
                    self.module.push(name.to_owned());
                    self.source.modules.push(self.module.clone());
                    self.inline.push(self.depth);
                    self.depth += 1;
                    self.at += 3;
                    return;
                }
            }
            // Not `impl Trait + use<'a>`.
            "use" if !self.is_sign(1, '<') => {
                self.at += 1;
                return self.import(&[]);
            }
            "crate" | "self" | "super" if self.is_colons(1) && !self.follows_colons() => {
                return self.path(line);
            }
            _ => {}
        }
        self.source.words.push((word.to_owned(), line));
        self.at += 1;
    }

    /// Passes over an attribute, and over what it stands before if that is for tests only.
    fn attribute(&mut self, start: usize, is_inner: bool) {
        self.at += start;
        let begin = self.at;
        self.pass_over_group();
        if !is_for_tests(&self.tokens[begin..self.at]) {
            // Derives and others may name something, too.
            let named = self.tokens[begin..self.at].iter();
            let named = named.filter_map(|t| Some((t.word()?.to_owned(), t.line)));
            self.source.words.extend(named);
            return;
        }
        if is_inner {
            self.source.tests.push(self.module.clone());
            self.at = self.tokens.len();
            return;
        }
        while self.is_sign(0, '#') && self.is_sign(1, '[') {
            self.at += 1;
            self.pass_over_group();
        }
        self.pass_over_item();
    }

    /// From a bracket to behind the one that closes it.
    fn pass_over_group(&mut self) {
        let mut open = 0_usize;
        while let Some(token) = self.token(0) {
            match token.kind {
                Kind::Sign('(' | '[' | '{') => open += 1,
                Kind::Sign(')' | ']' | '}') => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    /// To behind an item, a field, an arm or a statement.
    fn pass_over_item(&mut self) {
        if self.token(0).is_some_and(|token| token.is_word("pub")) {
            self.at += 1;
            if self.is_sign(0, '(') {
                self.pass_over_group();
            }
        }
        let keyword = self.token(0).and_then(Token::word).unwrap_or_default().to_owned();
        if keyword == "mod"
            && self.is_sign(2, ';')
            && let Some(name) = self.token(1).and_then(Token::word)
        {
            self.source.tests.push([self.module.as_slice(), &[name.to_owned()]].concat());
        }
        let is_function = self.token(1).is_some_and(|token| token.is_word("fn"));
        let ends_with_sign =
            matches!(keyword.as_str(), "use" | "const" | "static" | "type" | "let") && !is_function;
        let is_item = ends_with_sign
            || is_function
            || matches!(
                keyword.as_str(),
                "fn" | "mod" | "struct" | "enum" | "union" | "impl" | "trait" | "extern" | "unsafe"
            );
        while let Some(token) = self.token(0) {
            match token.kind {
                Kind::Sign('{') => {
                    self.pass_over_group();
                    if !ends_with_sign {
                        return;
                    }
                }
                Kind::Sign('(' | '[') => self.pass_over_group(),
                Kind::Sign(')' | ']' | '}') => return,
                Kind::Sign(';') => {
                    self.at += 1;
                    return;
                }
                Kind::Sign(',') if !is_item => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// One branch of what stands after `use`.
    fn import(&mut self, before: &[String]) {
        let mut path = before.to_vec();
        loop {
            let Some(token) = self.token(0).cloned() else { return };
            self.at += 1;
            match token.kind {
                Kind::Word(word) if word == "as" => {
                    let name = self.token(0).and_then(Token::word).unwrap_or("_").to_owned();
                    self.at += 1;
                    return self.imported(&path, Some(name), token.line);
                }
                Kind::Word(word) => {
                    self.source.words.push((word.clone(), token.line));
                    // `a::{self}` is `a`.
                    if word != "self" || path.is_empty() {
                        path.push(word);
                    }
                    if !self.is_colons(0) && !self.token(0).is_some_and(|next| next.is_word("as")) {
                        return self.imported(&path, None, token.line);
                    }
                }
                Kind::Colons if path.is_empty() => path.push(String::new()),
                Kind::Colons => {}
                Kind::Sign('{') => {
                    while !self.is_sign(0, '}') && self.token(0).is_some() {
                        self.import(&path);
                        if self.is_sign(0, ',') {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                Kind::Sign('*') => return self.imported(&path, Some("_".to_owned()), token.line),
                Kind::Sign(_) | Kind::Literal => return,
            }
        }
    }

    fn imported(&mut self, path: &[String], name: Option<String>, line: usize) {
        let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
        let Some(path) = self.absolute(path, true) else { return };
        let from = self.module.clone();
        self.source.mentions.push(Mention { from: from.clone(), path: path.clone(), line });
        self.source.aliases.push(Alias { module: from, name, path });
    }

    /// A path in the code that begins with `crate`, `self` or `super`.
    fn path(&mut self, line: usize) {
        let mut path = Vec::new();
        while let Some(word) = self.token(0).and_then(Token::word) {
            path.push(word.to_owned());
            self.source.words.push((word.to_owned(), line));
            self.at += 1;
            let goes_on = self.is_colons(0) && self.token(1).and_then(Token::word).is_some();
            if !goes_on {
                break;
            }
            self.at += 1;
        }
        if let Some(path) = self.absolute(&path, false) {
            self.source.mentions.push(Mention { from: self.module.clone(), path, line });
        }
    }

    /// The same path from the root. In `use`, a path that begins with another name may begin in the
    /// module itself; whether it does is known when all modules are.
    fn absolute(&self, path: &[String], is_import: bool) -> Option<Path> {
        let first = path.first()?.as_str();
        let (mut found, rest) = match first {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (self.module.clone(), &path[1..]),
            "super" => (self.module.clone(), path),
            "" => return None,
            _ if is_import => (self.module.clone(), path),
            _ => return None,
        };
        let ups = rest.iter().take_while(|segment| *segment == "super").count();
        found.truncate(found.len().checked_sub(ups)?);
        found.extend_from_slice(&rest[ups..]);
        Some(found)
    }

    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    fn is_sign(&self, ahead: usize, sign: char) -> bool {
        self.token(ahead).is_some_and(|token| token.is_sign(sign))
    }

    fn is_colons(&self, ahead: usize) -> bool {
        self.token(ahead).is_some_and(|token| token.kind == Kind::Colons)
    }

    fn follows_colons(&self) -> bool {
        self.at > 0 && self.tokens[self.at - 1].kind == Kind::Colons
    }
}

/// `#[cfg(test)]` and what asks for more beside it.
fn is_for_tests(attribute: &[Token]) -> bool {
    let has = |word: &str| attribute.iter().any(|token| token.is_word(word));
    attribute.get(1).is_some_and(|first| first.is_word("cfg")) && has("test") && !has("not")
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn read(module: &str, text: &str) -> Source {
        let module: Vec<String> = module.split_terminator("::").map(str::to_owned).collect();
        Source::read(&module, text)
    }

    /// What is named where: `from path line`.
    fn mentions(source: &Source) -> Vec<String> {
        let text = |path: &[String]| path.join("::");
        let mentions = source.mentions.iter();
        mentions.map(|m| format!("{} {} {}", text(&m.from), text(&m.path), m.line)).collect()
    }

    #[test]
    fn imports_are_read_with_their_branches() {
        let source = read(
            "a::b",
            "use crate::{c::{self, D as E}, f};\nuse super::g::*;\npub use self::h::I;\n\
             use ::serde::J;\nuse super::super::k as _;\npub(crate) use m::N;\n",
        );
        assert_eq!(
            mentions(&source),
            [
                "a::b c 1",
                "a::b c::D 1",
                "a::b f 1",
                "a::b a::g 2",
                "a::b a::b::h::I 3",
                "a::b k 5",
                "a::b a::b::m::N 6",
            ]
        );
        let names: Vec<&str> = source.aliases.iter().map(|alias| alias.name.as_str()).collect();
        assert_eq!(names, ["c", "E", "f", "_", "I", "_", "N"]);
    }

    #[test]
    fn paths_in_code_and_in_macros_count() {
        let source = read(
            "a",
            "fn f(x: &crate::b::C<crate::d::E>) -> impl T + use<'_> {\n    info!(\"{}\", super::g::h(x));\n\
             \x20   // crate::no\n    self.i.map(crate::j::k::<u8>);\n    $crate::l!(Self::m, other::crate_::n)\n}",
        );
        assert_eq!(mentions(&source), ["a b::C 1", "a d::E 1", "a g::h 2", "a j::k 4", "a l 5"]);
    }

    #[test]
    fn modules_in_a_file_have_their_own_paths() {
        let source = read("a", "mod b { use super::c; mod d { use super::e; } }\nuse self::f;");
        assert_eq!(mentions(&source), ["a::b a::c 1", "a::b::d a::b::e 1", "a a::f 2"]);
        assert_eq!(source.modules.len(), 3);
    }

    #[test]
    fn what_is_compiled_for_tests_only_is_left_out() {
        for text in [
            "#[cfg(test)]\nmod tests { use crate::no; }\n",
            "#[cfg(test)]\n#[expect(x)]\npub(crate) use crate::no::{A, B};\n",
            "#[cfg(all(test, unix))]\nfn f<A, B>(a: [u8; 3]) { crate::no::g() }\n",
            "#[cfg(test)]\nconst A: crate::no::B = crate::no::B { c: 1 };\n",
            "#[cfg(test)]\nimpl crate::no::A for B { fn f() {} }\n",
            "#[cfg(test)]\nconst fn f() { crate::no::g() }\n",
        ] {
            let source = read("a", &format!("{text}use crate::yes;"));
            assert_eq!(mentions(&source).len(), 1, "{text}: {:?}", source.mentions);
        }
        let fields = read("a", "struct A { #[cfg(test)] b: crate::no::C, d: crate::yes::E }");
        assert_eq!(mentions(&fields), ["a yes::E 1"]);
        assert!(read("a", "#![cfg(test)]\nuse crate::no;").mentions.is_empty());
        assert_eq!(mentions(&read("a", "#[cfg(not(test))]\nuse crate::yes;")), ["a yes 2"]);
        let files = read("a", "#[cfg(test)]\npub(crate) mod fixture;\nmod b;");
        assert_eq!(files.tests, [["a", "fixture"]]);
    }

    #[test]
    fn words_are_those_of_the_code() {
        let source =
            read("a", "use axum::http::{HeaderMap as H};\n// ApiError\nfn f() -> crate::b::C {}");
        let words: Vec<&str> = source.words.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["axum", "http", "HeaderMap", "fn", "f", "crate", "b", "C"]);
    }
}
