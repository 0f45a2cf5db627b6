//! Keep the crates in layers: data flow one way, and no file of a crate needs one that needs it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// The rooms of the library from left to right; rooms of one row do not know each other.
const LIBRARY: &[&[&str]] = &[
    &["error"],
    &["units", "instructions", "disk"],
    &["quantity"],
    &["periodic"],
    &["expression"],
    &["junction"],
    &["scattering"],
    &["coefficients"],
    &["landscape"],
    &["stationary"],
    &["kramers", "overdamped", "weak", "langevin"],
    &["observables"],
    &["study"],
    &["results"],
    &["sweep", "export"],
    &["design"],
];

/// The layers of the figures.
const FIGURES: &[&[&str]] = &[&["error"], &["page"], &["plot"], &["show"]];

/// A module of a crate, as the names that lead to it from the root.
type Module = Vec<String>;

/// What the files of a crate name of each other.
struct Arrows {
    /// The modules that have a file.
    modules: BTreeSet<Module>,
    /// The names that a module hands on, with the paths that they stand for.
    handed_on: BTreeMap<Module, BTreeMap<String, Module>>,
    /// From which module to which.
    found: BTreeSet<(Module, Module)>,
}

impl Arrows {
    fn of(source: &Path) -> Self {
        let mut parsed = Vec::new();
        for file in files(source) {
            let text = fs::read_to_string(&file).unwrap();
            let tree = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            parsed.push((module(file.strip_prefix(source).unwrap()), tree));
        }
        let modules = parsed.iter().map(|(module, _)| module.clone()).collect();
        let mut arrows = Self { modules, handed_on: BTreeMap::new(), found: BTreeSet::new() };
        let mut all = Vec::new();
        for (module, tree) in &parsed {
            let mut paths = Paths { module, depth: 0, named: Vec::new(), handed_on: BTreeMap::new() };
            paths.visit_file(tree);
            arrows.handed_on.insert(module.clone(), paths.handed_on);
            all.push((module.clone(), paths.named));
        }
        for (module, paths) in all {
            for path in paths {
                let target = arrows.resolve(&path);
                if target != module {
                    arrows.found.insert((module.clone(), target));
                }
            }
        }
        arrows
    }

    /// The module whose file holds what a path names.
    fn resolve(&self, path: &[String]) -> Module {
        let mut path = path.to_vec();
        // What is handed on is followed to where it stands; a handful of steps is more than there are.
        for _ in 0..8 {
            let length = (0..=path.len()).rev().find(|n| self.modules.contains(&path[..*n])).unwrap_or(0);
            let (module, rest) = path.split_at(length);
            let next = rest.first().and_then(|name| self.handed_on.get(module)?.get(name));
            match next {
                Some(target) if target[..] != path[..=length] => {
                    path = target.iter().chain(&rest[1..]).cloned().collect();
                }
                _ => return module.to_vec(),
            }
        }
        path
    }

    /// The arrows that lead to the same row or one to the right.
    fn against(&self, rows: &[&[&str]]) -> Vec<String> {
        let row = |module: &Module| {
            let room = module.first()?;
            let row = rows.iter().position(|row| row.contains(&room.as_str()));
            Some(row.unwrap_or_else(|| panic!("{room} has no place: give it one in {}", file!())))
        };
        let wrong = |(from, to): &&(Module, Module)| {
            from.first() != to.first() && row(from).zip(row(to)).is_some_and(|(from, to)| to >= from)
        };
        self.found.iter().filter(wrong).map(|(from, to)| told(from, to)).collect()
    }

    /// A circle of files, if there is one. The root belongs to none: it only hands on.
    fn circle(&self) -> Option<String> {
        let mut left: BTreeSet<&Module> = self.modules.iter().filter(|module| !module.is_empty()).collect();
        loop {
            let free =
                |module: &&Module| !self.found.iter().any(|(from, to)| from == *module && left.contains(to));
            let free: Vec<&Module> = left.iter().copied().filter(free).collect();
            if free.is_empty() {
                break;
            }
            left.retain(|module| !free.contains(module));
        }
        let among = self.found.iter().filter(|(from, to)| left.contains(from) && left.contains(to));
        let listed: Vec<String> = among.map(|(from, to)| told(from, to)).collect();
        (!left.is_empty()).then(|| listed.join("\n"))
    }
}

fn told(from: &Module, to: &Module) -> String {
    format!("{} → {}", from.join("::"), to.join("::"))
}

/// The paths into the own crate that a file names, from its root.
struct Paths<'a> {
    module: &'a Module,
    /// Inline modules that stand around.
    depth: usize,
    named: Vec<Module>,
    handed_on: BTreeMap<String, Module>,
}

impl Paths<'_> {
    /// A path from the root, if it leads into the crate.
    fn rooted(&self, names: &[String]) -> Option<Module> {
        let up = names.iter().take_while(|name| *name == "super").count();
        match names.first()?.as_str() {
            "crate" => Some(names[1..].to_vec()),
            "self" if self.depth == 0 => Some([self.module, &names[1..]].concat()),
            "super" if up > self.depth => {
                let kept = self.module.len().checked_sub(up - self.depth)?;
                Some([&self.module[..kept], &names[up..]].concat())
            }
            _ => None,
        }
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree, handed_on: bool) {
        let mut take = |name: String, shown: String| {
            let names = if name == "self" { before.to_vec() } else { [before, &[name]].concat() };
            // What a module takes from a child without a path before it is its own.
            let child = || {
                let path = [self.module, &names[..]].concat();
                (self.depth == 0).then_some(path)
            };
            let Some(path) = self.rooted(&names).or_else(|| handed_on.then(child).flatten()) else {
                return;
            };
            if handed_on {
                self.handed_on.insert(shown, path);
            } else {
                self.named.push(path);
            }
        };
        match tree {
            syn::UseTree::Path(path) => {
                self.tree(&[before, &[path.ident.to_string()]].concat(), &path.tree, handed_on);
            }
            syn::UseTree::Name(name) => {
                let own = if name.ident == "self" {
                    before.last().cloned().unwrap_or_default()
                } else {
                    name.ident.to_string()
                };
                take(name.ident.to_string(), own);
            }
            syn::UseTree::Rename(rename) => take(rename.ident.to_string(), rename.rename.to_string()),
            syn::UseTree::Glob(_) => {
                if let Some(path) = self.rooted(before).filter(|_| self.depth == 0) {
                    self.named.push(path);
                }
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(before, tree, handed_on);
                }
            }
        }
    }
}

impl<'a> Visit<'a> for Paths<'_> {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        let public = !matches!(item.vis, syn::Visibility::Inherited);
        self.tree(&[], &item.tree, public);
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        // Tests may look at everything.
        let only_tests = item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        if !only_tests {
            self.depth += 1;
            syn::visit::visit_item_mod(self, item);
            self.depth -= 1;
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let Some(path) = self.rooted(&names).filter(|_| names.len() > 1) {
            self.named.push(path);
        }
        syn::visit::visit_path(self, path);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn module(file: &Path) -> Module {
    let names = file.with_extension("");
    let names = names.components().map(|name| name.as_os_str().to_str().unwrap().to_owned());
    names.filter(|name| !["mod", "lib"].contains(&name.as_str())).collect()
}

fn arrows(name: &str) -> Arrows {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("crates");
    let arrows = Arrows::of(&crates.join(name).join("src"));
    assert!(arrows.found.len() > 10, "the test has lost sight of the imports of {name}");
    arrows
}

#[test]
fn no_room_knows_one_to_its_right() {
    for (name, rows) in [("nanorotor", LIBRARY), ("nanorotor-figures", FIGURES)] {
        let wrong = arrows(name).against(rows);
        assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn files_form_no_circles() {
    for name in ["nanorotor-figures", "nanorotor-paper"] {
        assert_eq!(arrows(name).circle(), None, "{name}");
    }
}

#[test]
fn arrows_are_seen_however_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "pub mod a; pub mod b; pub mod c; pub mod d; pub use b::deep::B;");
    write("a.rs", "use crate::{c::{self, C}, B}; fn f() { let _ = super::d::D; }");
    write("b/mod.rs", "pub mod deep; pub use deep::B as Again;");
    write("b/deep.rs", "pub struct B; #[cfg(test)] mod tests { use crate::a; }");
    write(
        "c.rs",
        "pub struct C; impl C { fn f(_: crate::b::Again) {} } mod inner { use super::C; use super::super::a; }",
    );
    write("d.rs", "pub struct D;");
    let arrows = Arrows::of(folder.path());
    let found: Vec<String> = arrows.found.iter().map(|(from, to)| told(from, to)).collect();
    assert_eq!(found, ["a → b::deep", "a → c", "a → d", "c → a", "c → b::deep"]);
    assert_eq!(arrows.circle().unwrap(), "a → c\nc → a");
    let rows: &[&[&str]] = &[&["b"], &["d"], &["a"], &["c"]];
    assert_eq!(arrows.against(rows), ["a → c"]);
}
