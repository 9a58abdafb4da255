//! The places of items in a source file, in bytes of its text, for editing it in place.
//!
//! [`parse`](super::parse) interprets the items. The line and column of a name or an attribute connect the two.

use std::ops::Range;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::{Item, ext::IdentExt, spanned::Spanned};

use super::{
    error::Report,
    source::{SourceFile, number},
    sql_type, syntax,
};
use crate::{declared::Location, model::TypeName};

/// All places of one file that can be edited.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The file itself first, then its inline modules, outer ones before inner ones.
    pub modules: Vec<ModulePlace>,
    /// The enums, with any derive or none.
    pub enums: Vec<EnumPlace>,
}

/// A module: the file or an inline module.
#[derive(Clone, Debug, Default)]
pub struct ModulePlace {
    /// The names of the modules from the file down to it; empty for the file.
    pub path: Vec<String>,
    /// The range of its content.
    pub content: Range<usize>,
    /// Its `table!`s and `view!`s.
    pub tables: Vec<TablePlace>,
    /// Its `joinable!`s.
    pub joinables: Vec<ItemPlace>,
    /// Its `allow_tables_to_appear_in_same_query!`s.
    pub same_query: Vec<ListPlace>,
    /// The structs that map to a type of Postgres.
    pub structs: Vec<StructPlace>,
}

/// An item with its attributes.
#[derive(Clone, Debug)]
pub struct ItemPlace {
    /// From the first attribute to the semicolon or the brace.
    pub range: Range<usize>,
    /// Where the macro's path begins.
    pub call: usize,
    /// Line and column of `call`, both from 1.
    pub at: (u32, u32),
    /// The attributes on the macro call.
    pub attributes: Vec<AttributePlace>,
}

/// A `table!` or `view!`.
#[derive(Clone, Debug)]
pub struct TablePlace {
    /// The whole item.
    pub item: ItemPlace,
    /// The start of the braces' content.
    pub body: usize,
    /// The `use` lines in it.
    pub uses: Vec<Range<usize>>,
    /// The attributes on the table, inside the braces.
    pub attributes: Vec<AttributePlace>,
    /// The start of its name, or of the schema before it.
    pub head: usize,
    /// Its name in Rust.
    pub name: String,
    /// Line and column of the name.
    pub at: (u32, u32),
    /// The end of its name.
    pub name_end: usize,
    /// The parentheses with the primary key.
    pub key: Option<Range<usize>>,
    /// Its columns.
    pub columns: Vec<ColumnPlace>,
    /// The range between the columns' braces.
    pub columns_content: Range<usize>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct ColumnPlace {
    /// From its first attribute to its comma, if it has one.
    pub range: Range<usize>,
    /// Its name.
    pub name: Range<usize>,
    /// Line and column of its name.
    pub at: (u32, u32),
    /// Its type.
    pub data_type: Range<usize>,
    /// Whether a comma follows.
    pub has_comma: bool,
    /// The attributes on the column.
    pub attributes: Vec<AttributePlace>,
}

/// An attribute, including `#` and brackets.
#[derive(Clone, Debug)]
pub struct AttributePlace {
    /// Its whole range.
    pub range: Range<usize>,
    /// Its name: the last segment of its path.
    pub name: String,
    /// The line and column of its first character, and those after its last character.
    pub lines: Range<(u32, u32)>,
    /// For `cfg_attr`, each attribute in it; otherwise empty.
    pub parts: Vec<PartPlace>,
}

/// An attribute inside a `cfg_attr`.
#[derive(Clone, Debug)]
pub struct PartPlace {
    /// Its whole range.
    pub range: Range<usize>,
    /// The line and column of its first character, and those after its last character.
    pub lines: Range<(u32, u32)>,
}

/// A macro call with a list of names.
#[derive(Clone, Debug)]
pub struct ListPlace {
    /// The whole item.
    pub item: ItemPlace,
    /// The range between its parentheses.
    pub content: Range<usize>,
    /// The names, each with its range.
    pub entries: Vec<(String, Range<usize>)>,
}

/// A struct that maps to a type of Postgres.
#[derive(Clone, Debug)]
pub struct StructPlace {
    /// Its name.
    pub name: String,
    /// From its first attribute to its semicolon.
    pub range: Range<usize>,
    /// The text of its derive.
    pub derive: Option<String>,
    /// The type's schema, if it is written.
    pub schema: Option<String>,
    /// The type's name.
    pub data_type: String,
}

/// An enum.
#[derive(Clone, Debug)]
pub struct EnumPlace {
    /// Line and column of its name.
    pub at: (u32, u32),
    /// The range between its braces.
    pub content: Range<usize>,
    /// Its variants.
    pub variants: Vec<VariantPlace>,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct VariantPlace {
    /// Its name.
    pub name: String,
    /// From its first attribute to its end, without the comma.
    pub range: Range<usize>,
}

impl StructPlace {
    /// Checks whether the struct maps to this type.
    pub fn stands_for(&self, name: &TypeName) -> bool {
        self.data_type == name.name && self.schema.as_deref().unwrap_or("public") == name.schema
    }
}

impl AttributePlace {
    /// Checks whether a location is inside the attribute.
    pub fn covers(&self, at: &Location) -> bool {
        self.lines.contains(&(at.line, at.column))
    }
}

/// Returns the places in each file; none for a file that is not valid Rust.
pub fn places(files: &[SourceFile]) -> Vec<Places> {
    super::with_stack(|| files.iter().map(|file| of_file(&file.text)).collect())
}

fn of_file(text: &str) -> Places {
    let Ok(file) = syntax::file(text) else {
        return Places::default();
    };
    let mut reader = Reader {
        offset: text.len() - syntax::source(text).len(),
        places: Places::default(),
    };
    reader.module(&file.items, Vec::new(), 0..text.len());
    reader.places
}

struct Reader {
    /// The number of bytes before the Rust source in the text.
    offset: usize,
    places: Places,
}

impl Reader {
    fn module(&mut self, items: &[Item], path: Vec<String>, content: Range<usize>) {
        let own = self.places.modules.len();
        self.places.modules.push(ModulePlace::default());
        let mut module = ModulePlace {
            path,
            content,
            ..ModulePlace::default()
        };
        for item in items {
            match item {
                Item::Mod(inner) => {
                    if let Some((brace, items)) = &inner.content {
                        let name = inner.ident.unraw().to_string();
                        let path = module.path.iter().cloned().chain([name]).collect();
                        let content = self.range(brace.span.open()).end..self.range(brace.span.close()).start;
                        self.module(items, path, content);
                    }
                }
                Item::Macro(item) => self.macro_call(item, &mut module),
                Item::Struct(item) => module.structs.extend(self.sql_type(item)),
                Item::Enum(item) => {
                    let found = self.enum_item(item);
                    self.places.enums.push(found);
                }
                _ => {}
            }
        }
        if let Some(place) = self.places.modules.get_mut(own) {
            *place = module;
        }
    }

    fn macro_call(&self, item: &syn::ItemMacro, module: &mut ModulePlace) {
        let Some(name) = item.mac.path.segments.last().map(|segment| segment.ident.to_string()) else {
            return;
        };
        let end = item
            .semi_token
            .map_or_else(|| item.mac.delimiter.span().close(), |semi| semi.span);
        let call = self.range(item.mac.path.span()).start;
        let attributes: Vec<AttributePlace> = item.attrs.iter().map(|own| self.attribute(own)).collect();
        let start = attributes.first().map_or(call, |first| first.range.start);
        let place = ItemPlace {
            range: start..self.range(end).end,
            call,
            at: at(item.mac.path.span()),
            attributes,
        };
        let delimiters = item.mac.delimiter.span();
        let content = self.range(delimiters.open()).end..self.range(delimiters.close()).start;
        match name.as_str() {
            "table" | "view" => module.tables.extend(self.table(place, &item.mac.tokens, content.start)),
            "joinable" => module.joinables.push(place),
            "allow_tables_to_appear_in_same_query" => {
                let entries = item.mac.tokens.clone().into_iter().filter_map(|token| match token {
                    TokenTree::Ident(name) => Some((name.unraw().to_string(), self.range(name.span()))),
                    _ => None,
                });
                module.same_query.push(ListPlace {
                    item: place,
                    content,
                    entries: entries.collect(),
                });
            }
            _ => {}
        }
    }

    fn table(&self, item: ItemPlace, tokens: &TokenStream, body: usize) -> Option<TablePlace> {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let mut rest = tokens.as_slice();
        let mut uses = Vec::new();
        while matches!(rest.first(), Some(TokenTree::Ident(word)) if word == "use") {
            let end = rest.iter().position(|token| is_punct(token, ';'))?;
            uses.push(self.range(rest.first()?.span()).start..self.range(rest.get(end)?.span()).end);
            rest = rest.get(end + 1..)?;
        }
        let (attributes, rest) = self.attributes(rest)?;
        let head = self.range(rest.first()?.span()).start;
        let dotted = matches!(rest.get(1), Some(token) if is_punct(token, '.'));
        let rest = if dotted { rest.get(2..)? } else { rest };
        let Some(TokenTree::Ident(name)) = rest.first() else {
            return None;
        };
        let key = match rest.get(1) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                Some(self.range(group.span()))
            }
            _ => None,
        };
        let Some(TokenTree::Group(columns)) = rest.get(1 + usize::from(key.is_some())) else {
            return None;
        };
        Some(TablePlace {
            item,
            body,
            uses,
            attributes,
            head,
            name: name.unraw().to_string(),
            at: at(name.span()),
            name_end: self.range(name.span()).end,
            key,
            columns: self.columns(columns)?,
            columns_content: self.range(columns.span_open()).end..self.range(columns.span_close()).start,
        })
    }

    /// Splits off the attributes at the beginning.
    fn attributes<'a>(&self, tokens: &'a [TokenTree]) -> Option<(Vec<AttributePlace>, &'a [TokenTree])> {
        let mut rest = tokens;
        let mut attributes = Vec::new();
        while let [hash, TokenTree::Group(group), tail @ ..] = rest {
            if !is_punct(hash, '#') {
                break;
            }
            let tokens: TokenStream = [hash.clone(), TokenTree::Group(group.clone())].into_iter().collect();
            let parsed = syn::parse::Parser::parse2(syn::Attribute::parse_outer, tokens).ok()?;
            attributes.extend(parsed.iter().map(|own| self.attribute(own)));
            rest = tail;
        }
        Some((attributes, rest))
    }

    fn attribute(&self, attribute: &syn::Attribute) -> AttributePlace {
        let (start, end) = (attribute.pound_token.span, attribute.bracket_token.span.close());
        let parts = match &attribute.meta {
            syn::Meta::List(list) if list.path.is_ident("cfg_attr") => {
                let parser = syn::punctuated::Punctuated::<TokenArgument, syn::Token![,]>::parse_terminated;
                let parts = list.parse_args_with(parser).unwrap_or_default();
                let ranges = parts.into_iter().skip(1).map(|part| {
                    let (from, to) = (part.0, part.1);
                    PartPlace {
                        range: self.range(from).start..self.range(to).end,
                        lines: at(from)..behind(to),
                    }
                });
                ranges.collect()
            }
            _ => Vec::new(),
        };
        let segment = attribute.path().segments.last();
        AttributePlace {
            range: self.range(start).start..self.range(end).end,
            name: segment
                .map(|segment| segment.ident.unraw().to_string())
                .unwrap_or_default(),
            lines: at(start)..behind(end),
            parts,
        }
    }

    fn columns(&self, group: &Group) -> Option<Vec<ColumnPlace>> {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let mut rest = tokens.as_slice();
        let mut columns = Vec::new();
        while !rest.is_empty() {
            let (attributes, tail) = self.attributes(rest)?;
            let [TokenTree::Ident(name), _, _, tail @ ..] = tail else {
                return None;
            };
            let mut depth = 0_i32;
            let length = tail.iter().position(|token| {
                match token {
                    TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
                    TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
                    _ => {}
                }
                depth == 0 && is_punct(token, ',')
            });
            let (data_type, after) = tail.split_at(length.unwrap_or(tail.len()));
            let name_range = self.range(name.span());
            let type_range = self.range(data_type.first()?.span()).start..self.range(data_type.last()?.span()).end;
            let start = attributes.first().map_or(name_range.start, |first| first.range.start);
            let end = after
                .first()
                .map_or(type_range.end, |comma| self.range(comma.span()).end);
            columns.push(ColumnPlace {
                range: start..end,
                name: name_range,
                at: at(name.span()),
                data_type: type_range,
                has_comma: length.is_some(),
                attributes,
            });
            rest = after.get(1..).unwrap_or_default();
        }
        Some(columns)
    }

    fn sql_type(&self, item: &syn::ItemStruct) -> Option<StructPlace> {
        let found = sql_type::read(item, &std::path::Path::new("").into(), &mut Report::default())?;
        let derive = item.attrs.iter().find(|own| own.path().is_ident("derive"));
        Some(StructPlace {
            name: item.ident.unraw().to_string(),
            range: self.range(item.span()),
            derive: derive.and_then(|own| own.span().source_text()),
            schema: found.schema,
            data_type: found.name?,
        })
    }

    fn enum_item(&self, item: &syn::ItemEnum) -> EnumPlace {
        let brace = item.brace_token.span;
        EnumPlace {
            at: at(item.ident.span()),
            content: self.range(brace.open()).end..self.range(brace.close()).start,
            variants: item
                .variants
                .iter()
                .map(|variant| VariantPlace {
                    name: variant.ident.unraw().to_string(),
                    range: self.range(variant.span()),
                })
                .collect(),
        }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.offset..range.end + self.offset
    }
}

/// One unparsed argument: the spans of its first and last token.
struct TokenArgument(Span, Span);

impl syn::parse::Parse for TokenArgument {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let first = input.span();
        let mut last = first;
        while !input.is_empty() && !input.peek(syn::Token![,]) {
            last = input.parse::<TokenTree>()?.span();
        }
        Ok(Self(first, last))
    }
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn at(span: Span) -> (u32, u32) {
    (number(span.start().line), number(span.start().column + 1))
}

fn behind(span: Span) -> (u32, u32) {
    (number(span.end().line), number(span.end().column + 1))
}
