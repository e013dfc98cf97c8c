//! Finds the optional tools that make the bundles smaller. The app builds and works without them.

use anyhow::Result;

use super::minify::Esbuild;
use super::optimise::WasmOpt;
use crate::progress::note;
use crate::workspace::Workspace;

#[derive(Debug)]
pub(super) struct Aids {
    wasm_opt: Result<WasmOpt>,
    esbuild: Result<Esbuild>,
}

impl Aids {
    /// Finds all that can be had, and installs what is missing.
    pub(super) fn gather(workspace: &Workspace) -> Self {
        Self { wasm_opt: WasmOpt::obtain(workspace), esbuild: Esbuild::obtain(workspace) }
    }

    pub(super) fn wasm_opt(&self) -> Option<&WasmOpt> {
        self.wasm_opt.as_ref().ok()
    }

    pub(super) fn esbuild(&self) -> Option<&Esbuild> {
        self.esbuild.as_ref().ok()
    }

    /// The names of those that cannot be had.
    pub(super) fn lacking(&self) -> Vec<String> {
        self.all().filter_map(|(name, lack)| lack.map(|_| name.to_owned())).collect()
    }

    /// Says what cannot be had, and why.
    pub(super) fn report(&self) {
        for (name, lack) in self.all() {
            if let Some(reason) = lack {
                note(&format!(
                    "WITHOUT {name} the bundles work, but are larger than they need be:"
                ));
                note(&format!("{reason:#}"));
            }
        }
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, Option<&anyhow::Error>)> {
        [("wasm-opt", self.wasm_opt.as_ref().err()), ("esbuild", self.esbuild.as_ref().err())]
            .into_iter()
    }
}
