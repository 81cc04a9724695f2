//! A small scanner of Rust source for the tidy tests: tells code from comments and literals, finds functions,
//! test-only regions and paths into this crate. It does not parse Rust; it only refuses to be fooled by text.

use std::ops::Range;

/// A source text taken apart. `code` has the length of the text, with comments and the contents of literals blanked,
/// so that a byte offset means the same place in both.
pub(crate) struct Scan {
    pub(crate) code: String,
    /// Start offset and text of every comment, marks included.
    pub(crate) comments: Vec<(usize, String)>,
}

/// A function's name, its first line (from 1) and its length in lines.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) length: usize,
}

/// Takes a source text apart.
pub(crate) fn scan(text: &str) -> Scan {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut comments = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = token_end(bytes, at);
        match kind(bytes, at) {
            Kind::Comment => {
                comments.push((at, text[at..end].to_owned()));
                blank(&mut code, at..end);
            }
            Kind::Literal => blank(&mut code, at..end),
            Kind::Code => {}
        }
        at = end;
    }
    let code = String::from_utf8(code).expect("invariant: blanks replace whole tokens");
    Scan { code, comments }
}

#[derive(PartialEq)]
enum Kind {
    Comment,
    Literal,
    Code,
}

/// What begins at an offset. Words are taken whole, so a prefix such as `r` or `b` is seen only where a word begins.
fn kind(bytes: &[u8], at: usize) -> Kind {
    let rest = &bytes[at..];
    if rest.starts_with(b"//") || rest.starts_with(b"/*") {
        return Kind::Comment;
    }
    let prefix = literal_prefix(rest);
    let raw = prefix > 0 && rest[prefix - 1] == b'r';
    match rest.get(prefix) {
        Some(b'"') => Kind::Literal,
        Some(b'#') if raw && raw_string(&rest[prefix..]).is_some() => Kind::Literal,
        Some(b'\'') if !raw && char_literal(&rest[prefix..]).is_some() => Kind::Literal,
        _ => Kind::Code,
    }
}

fn token_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let length = if rest.starts_with(b"//") {
        rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len())
    } else if rest.starts_with(b"/*") {
        block_comment(rest)
    } else if kind(bytes, at) == Kind::Literal {
        literal(rest)
    } else {
        word(rest)
    };
    at + length
}

/// The length of a word, or of one other character.
fn word(rest: &[u8]) -> usize {
    let length = rest.iter().take_while(|&&b| is_word(b)).count();
    if length > 0 {
        return length;
    }
    // A lifetime or label is taken with its quote, so that the quote does not look like a character's.
    if rest[0] == b'\'' {
        return 1 + rest[1..].iter().take_while(|&&b| is_word(b)).count();
    }
    1
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn block_comment(rest: &[u8]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of `b`, `c`, `r`, `br` or `cr` before a literal, else 0.
fn literal_prefix(rest: &[u8]) -> usize {
    let letters = rest.iter().take_while(|b| b"bcr".contains(b)).count();
    let follows = rest.get(letters);
    let known = matches!(&rest[..letters], b"b" | b"c" | b"r" | b"br" | b"cr");
    if known && matches!(follows, Some(b'"' | b'#' | b'\'')) {
        letters
    } else {
        0
    }
}

fn literal(rest: &[u8]) -> usize {
    let prefix = literal_prefix(rest);
    let body = &rest[prefix..];
    let raw = prefix > 0 && rest[prefix - 1] == b'r';
    let length = if raw {
        raw_string(body)
    } else if body[0] == b'"' {
        Some(quoted(body))
    } else {
        char_literal(body)
    };
    prefix + length.unwrap_or(1)
}

fn quoted(body: &[u8]) -> usize {
    let mut at = 1;
    while at < body.len() {
        match body[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    body.len()
}

fn raw_string(body: &[u8]) -> Option<usize> {
    let hashes = body.iter().take_while(|&&b| b == b'#').count();
    if body.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let start = hashes + 1;
    let found = body[start..]
        .windows(close.len())
        .position(|w| w == close.as_slice());
    Some(found.map_or(body.len(), |at| start + at + close.len()))
}

/// The length of a character literal, or nothing where the quote begins a lifetime.
fn char_literal(body: &[u8]) -> Option<usize> {
    if body.get(1) == Some(&b'\\') {
        let close = body[3..].iter().position(|&b| b == b'\'')?;
        return Some(3 + close + 1);
    }
    let text = std::str::from_utf8(&body[1..body.len().min(6)])
        .or_else(|e| std::str::from_utf8(&body[1..=e.valid_up_to()]))
        .ok()?;
    let width = text.chars().next()?.len_utf8();
    (body.get(1 + width) == Some(&b'\'')).then_some(width + 2)
}

fn blank(code: &mut [u8], range: Range<usize>) {
    for byte in &mut code[range] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// The line, from 1, of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].split(|&b| b == b'\n').count()
}

/// The words of blanked code with their offsets.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = code.as_bytes();
        at += bytes[at..].iter().take_while(|&&b| !is_word(b)).count();
        let length = bytes[at..].iter().take_while(|&&b| is_word(b)).count();
        let start = at;
        at += length;
        (length > 0).then(|| (start, &code[start..start + length]))
    })
}

/// The functions of blanked code, those without a body left out.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in words(code).filter(|(_, word)| *word == "fn") {
        let Some((name_at, name)) = words(&code[at + 2..]).next() else {
            continue;
        };
        // `fn(u8) -> u8` is a type: its next word does not follow directly.
        if !code[at + 2..at + 2 + name_at].trim().is_empty() {
            continue;
        }
        let Some(open) = body_open(code, at) else {
            continue;
        };
        let line = line_of(code, at);
        let length = line_of(code, closing(code, open)) - line + 1;
        found.push(Function {
            name: name.to_owned(),
            line,
            length,
        });
    }
    found
}

/// The offset of the brace that opens an item's body, or nothing where a semicolon ends it first.
fn body_open(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0;
    for (offset, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(offset),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The offset of the brace that closes the one at `open`.
pub(crate) fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return offset;
                }
            }
            _ => {}
        }
    }
    code.len().saturating_sub(1)
}

/// Blanked code with every item under `#[cfg(test)]` blanked as well.
pub(crate) fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut bytes = code.as_bytes().to_vec();
    for (at, _) in code.match_indices(MARK) {
        let end = body_open(code, at + MARK.len()).map_or_else(
            || at + code[at..].find(';').unwrap_or(0),
            |open| closing(code, open) + 1,
        );
        blank(&mut bytes, at..end);
    }
    String::from_utf8(bytes).expect("invariant: items are blanked whole")
}

/// The top modules of this crate that a file names, by `crate::…` or by a chain of `super::` that reaches the root.
/// `depth` is the number of modules above the file's items (`rules::case` has 2).
pub(crate) fn crate_modules(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut supers_end = 0;
    for (at, word) in words(code) {
        if word == "crate" && code[at + 5..].starts_with("::") {
            tree_heads(code, at + 7, &mut found);
        }
        if word == "super" && at >= supers_end {
            let count = code[at..].split("::").take_while(|w| *w == "super").count();
            supers_end = at + count * "super::".len();
            if count == depth + inline_depth(code, at) {
                tree_heads(code, supers_end, &mut found);
            }
        }
    }
    found
}

/// How many `mod name { … }` of the file enclose an offset.
fn inline_depth(code: &str, offset: usize) -> usize {
    words(code)
        .filter(|(at, word)| *word == "mod" && *at < offset)
        .filter_map(|(at, _)| body_open(code, at))
        .filter(|&open| open < offset && offset < closing(code, open))
        .count()
}

/// The first names of a `use` tree: one, or one for each branch of a brace group.
fn tree_heads(code: &str, at: usize, found: &mut Vec<(usize, String)>) {
    let rest = &code[at..];
    if !rest.starts_with('{') {
        if let Some((0, word)) = words(rest).next() {
            found.push((at, word.to_owned()));
        }
        return;
    }
    let close = closing(code, at);
    let mut depth = 0;
    let mut expects = true;
    let mut skip = at;
    for (offset, byte) in code.bytes().enumerate().take(close).skip(at + 1) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => expects = true,
            b if is_word(b) && expects && depth == 0 && offset > skip => {
                if let Some((_, word)) = words(&code[offset..]).next() {
                    found.push((offset, word.to_owned()));
                    skip = offset + word.len();
                }
                expects = false;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Function, crate_modules, functions, scan, without_tests, words};

    fn code(text: &str) -> String {
        let scan = scan(text);
        assert_eq!(scan.code.len(), text.len());
        scan.code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_literals_are_blanked_and_nothing_else() {
        assert_eq!(code("a // x.unwrap()\nb"), "a b");
        assert_eq!(code("a /* 1 /* 2 */ 3 */ b"), "a b");
        assert_eq!(code(r#"f("he said \"// no\"") + g"#), "f( ) + g");
        assert_eq!(code(r##"f(r#"a " // b"#, br"\") + g"##), "f( , ) + g");
        assert_eq!(
            code("f('\"', '\\'', '\\u{1F}', b'x', '字') // c"),
            "f( , , , , )"
        );
        assert_eq!(
            code("fn f<'a>(x: &'a str) -> &'static str { x }"),
            "fn f<'a>(x: &'a str) -> &'static str { x }"
        );
        assert_eq!(
            code("'outer: loop { break 'outer; } // '"),
            "'outer: loop { break 'outer; }"
        );
        assert_eq!(
            code("let r = 1; let br = r#type + r; \"//\""),
            "let r = 1; let br = r#type + r;"
        );
        assert_eq!(code("// 汉字 \"\nlet 名 = 'a';"), "let 名 = ;");
    }

    #[test]
    fn comments_are_kept_with_their_place() {
        let scan = scan("//! head\nlet x = \"// no\"; // tail\n");
        assert_eq!(
            scan.comments,
            [(0, "//! head".to_owned()), (26, "// tail".to_owned())]
        );
    }

    #[test]
    fn functions_are_measured_over_their_bodies() {
        let text = "trait T { fn none(&self); }\nfn one(a: [u8; 2]) -> u8 { a[0] }\nfn three(\n) {\n}\ntype F = fn(u8) -> u8;\n";
        let found: Vec<_> = functions(&scan(text).code)
            .into_iter()
            .map(|Function { name, line, length }| (name, line, length))
            .collect();
        assert_eq!(
            found,
            [("one".to_owned(), 2, 1), ("three".to_owned(), 3, 3)]
        );
    }

    #[test]
    fn test_items_are_blanked_whole() {
        let text = "fn a() { x }\n#[cfg(test)]\nmod tests { fn b() { y } }\n#[cfg(test)]\nmod more;\nfn c() { z }";
        let left = without_tests(&scan(text).code);
        assert_eq!(
            words(&left).map(|(_, w)| w).collect::<Vec<_>>(),
            ["fn", "a", "x", "fn", "c", "z"]
        );
    }

    #[test]
    fn paths_into_the_crate_are_found_wherever_they_stand() {
        let names = |text: &str, depth| {
            let found = crate_modules(&scan(text).code, depth);
            found.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names("use crate::rules::case::Case;", 2), ["rules"]);
        assert_eq!(
            names("pub(crate) fn f() { crate::sys::clock::now() }", 2),
            ["sys"]
        );
        assert_eq!(
            names("use crate::{\n rules::{a, b::{c}}, store, wire::x,\n};", 2),
            ["rules", "store", "wire"]
        );
        assert_eq!(
            names("// use crate::host;\nlet x = \"crate::host\";", 2),
            [""; 0]
        );
        assert_eq!(
            names("use super::ticket; use super::super::store;", 2),
            ["store"]
        );
        assert_eq!(
            names(
                "mod tests { use super::super::host; use super::super::super::sys::x; }",
                2
            ),
            ["sys"]
        );
        assert_eq!(names("use super::engine;", 1), ["engine"]);
    }
}
