//! Short names for what WebAssembly and its script call each other.
//!
//! wasm-bindgen's names end in hashes, so that they never clash, and stand in both files. No
//! compressor can shorten a hash: they are a twentieth of the form. What the script never calls is
//! not handed out any more, and wasm-opt takes it away.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use walrus::ModuleConfig;

/// What both files call the script's functions as a whole.
const MODULE: &str = "a";

/// How the script calls what WebAssembly hands out.
const CALL: &str = "wasm.";

/// Renames in both files, in place.
pub(super) fn shorten(wasm: &Path, script: &Path) -> Result<()> {
    let text = fs::read_to_string(script)?;
    let mut module = ModuleConfig::new()
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(&fs::read(wasm)?)
        .with_context(|| format!("cannot read {}", wasm.display()))?;

    let mut long_module = String::new();
    let mut names = Names::default();
    for import in module.imports.iter_mut() {
        long_module = std::mem::replace(&mut import.module, MODULE.to_owned());
        import.name = names.shorten(import.name.clone());
    }
    let uncalled: Vec<_> = module
        .exports
        .iter()
        .filter(|export| !calls(&text, &export.name))
        .map(walrus::Export::id)
        .collect();
    for export in uncalled {
        module.exports.delete(export);
    }
    for export in module.exports.iter_mut() {
        export.name = names.shorten([CALL, export.name.as_str()].concat());
    }

    let text = names.replace(&text)?;
    let long_module = format!("\"{long_module}\"");
    ensure!(text.matches(&long_module).count() == 1, "{} has another form", script.display());
    fs::write(script, text.replace(&long_module, &format!("\"{MODULE}\"")))?;
    fs::write(wasm, module.emit_wasm())?;
    Ok(())
}

fn calls(script: &str, export: &str) -> bool {
    let call = [CALL, export].concat();
    script.match_indices(&call).any(|(at, _)| !script[at + call.len()..].starts_with(is_in_name))
}

fn is_in_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

/// Short names by long ones. What is called through `wasm.` has that in its long name.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// The short name for a long one.
    fn shorten(&mut self, long: String) -> String {
        let mut number = self.0.len();
        let mut short = String::new();
        loop {
            short.extend(u8::try_from(number % 26).map(|letter| char::from(b'a' + letter)));
            number /= 26;
            if number == 0 {
                break;
            }
            number -= 1;
        }
        self.0.insert(long, short.clone());
        short
    }

    /// Replaces the long names in a script, in which each must occur.
    fn replace(&self, script: &str) -> Result<String> {
        let mut text = String::with_capacity(script.len());
        let mut found = Vec::new();
        let mut rest = script;
        while let Some(start) = rest.find(is_in_name) {
            let (between, from_name) = rest.split_at(start);
            text.push_str(between);
            let end = from_name.find(|letter| !is_in_name(letter)).unwrap_or(from_name.len());
            let (name, after) = from_name.split_at(end);
            let is_called = text.ends_with(CALL);
            let long = if is_called { [CALL, name].concat() } else { name.to_owned() };
            match self.0.get_key_value(&long) {
                Some((long, short)) => {
                    found.push(long);
                    text.push_str(short);
                }
                None => text.push_str(name),
            }
            rest = after;
        }
        text.push_str(rest);
        let missing = self.0.keys().find(|long| !found.contains(long));
        ensure!(missing.is_none(), "the script lacks {missing:?}");
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, calls};

    #[test]
    fn names_are_replaced_as_wholes_and_by_what_they_belong_to() {
        let mut names = Names::default();
        let script = "({ load_1: () => wasm.load_1(wasm.load_12), 'x': wasm.memory })";
        assert!(calls(script, "memory") && calls(script, "load_12") && !calls(script, "load"));
        for (long, short) in [("load_1", "a"), ("wasm.load_12", "b"), ("wasm.memory", "c")] {
            assert_eq!(names.shorten(long.to_owned()), short);
        }
        let replaced = names.replace(script).unwrap();
        assert_eq!(replaced, "({ a: () => wasm.load_1(wasm.b), 'x': wasm.c })");
        assert!(names.replace("load_1").is_err());
    }

    #[test]
    fn short_names_are_all_different() {
        let mut names = Names::default();
        let mut short: Vec<_> = (0..1_000).map(|n| names.shorten(n.to_string())).collect();
        short.sort_unstable();
        short.dedup();
        assert_eq!(short.len(), 1_000);
    }
}
