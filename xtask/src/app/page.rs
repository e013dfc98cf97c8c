//! Fills placeholders in pages and scripts.

use anyhow::{Context as _, Result, ensure};

/// Puts a value for each placeholder `{{name}}`. A page that forgets one would load without its
/// style or never start, so each must occur, and no other may.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    for (name, _) in values {
        ensure!(
            template.contains(&format!("{{{{{name}}}}}")),
            "the placeholder {{{{{name}}}}} is missing"
        );
    }
    let mut filled = String::with_capacity(template.len() + 512);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) =
            after.split_once("}}").context("a placeholder is not closed with }}")?;
        let (_, value) = values
            .iter()
            .find(|(known, _)| *known == name)
            .with_context(|| format!("the placeholder {{{{{name}}}}} is unknown"))?;
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Puts values where placeholders are, and leaves any other double brace alone: a script may
/// have its own.
pub(super) fn fill_known(script: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(script.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    })
}

/// The module that starts a bundle that has none of its own.
pub(super) const BOOT: &str =
    "import init from \"{{js}}\";\ninit({ module_or_path: \"{{wasm}}\" });\n";

/// The URL paths that a style sheet asks for, such as those of fonts; each once.
pub(super) fn paths_in(style: &str) -> Vec<&str> {
    let mut paths = Vec::new();
    for after in style.split("url(").skip(1) {
        let path = after.split(')').next().unwrap_or_default().trim_matches(['"', '\'']);
        if path.starts_with('/') && !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// Links that let the browser fetch script and WebAssembly together, before the one has asked
/// for the other. `crossorigin` makes the request the same as the later `fetch`.
pub(super) fn preload(js: &str, wasm: &str) -> String {
    format!(
        "<link rel=\"modulepreload\" href=\"{js}\">\n\
         <link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"{wasm}\">"
    )
}

#[cfg(test)]
mod tests {
    use super::{fill, fill_known, paths_in};

    const VALUES: [(&str, &str); 2] = [("css", "/assets/form-1.css"), ("boot", "/b.js")];

    #[test]
    fn placeholders_are_filled_wherever_they_stand() {
        let filled = fill("<{{css}}>{{boot}}{{css}}", &VALUES).unwrap();
        assert_eq!(filled, "</assets/form-1.css>/b.js/assets/form-1.css");
    }

    #[test]
    fn missing_unknown_and_open_placeholders_are_refused() {
        for (template, complaint) in [
            ("{{css}}", "the placeholder {{boot}} is missing"),
            ("{{css}}{{boot}}{{js}}", "the placeholder {{js}} is unknown"),
            ("{{css}}{{boot}}{{", "a placeholder is not closed with }}"),
        ] {
            assert_eq!(fill(template, &VALUES).unwrap_err().to_string(), complaint);
        }
    }

    #[test]
    fn styles_name_their_fonts() {
        let style = "a { src: url(\"/assets/fonts/a.woff2\") format(\"woff2\"), url('/b.woff2'); }\n\
                     b { background: url(data:image/png;base64,AA); src: url(/b.woff2) }";
        assert_eq!(paths_in(style), ["/assets/fonts/a.woff2", "/b.woff2"]);
        assert!(paths_in("a { color: red }").is_empty());
    }

    #[test]
    fn scripts_keep_their_own_braces() {
        assert_eq!(
            fill_known("f({{css}}, {{ other }})", &VALUES),
            "f(/assets/form-1.css, {{ other }})"
        );
    }
}
