//! Walks the items of source files and collects those to read, with their places.

use std::{path::Path, sync::Arc};

use diesel_table_macro_syntax::TableDecl;
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use schema_diff_grammar::nearest::nearest;
use syn::{Attribute, Item, ext::IdentExt};

use super::{
    cfg,
    enum_derive::{self, Derive},
    error::{ParseError, Report},
    path::{ModulePath, WrittenPath},
    scope::{Scope, Symbol},
    source::{Role, SourceFile, locate, locate_or},
    sql_type, syntax,
};
use crate::diagnostic::DiagnosticCode;

/// All relevant items of the files, not yet interpreted.
#[derive(Default)]
pub(super) struct Collected {
    pub scope: Scope,
    pub tables: Vec<TableItem>,
    pub joinables: Vec<JoinableItem>,
    pub enums: Vec<EnumItem>,
}

/// The file and module of an item.
#[derive(Clone)]
pub(super) struct Place {
    pub file: Arc<Path>,
    pub module: ModulePath,
}

/// A `table!` or `view!`.
pub(super) struct TableItem {
    pub place: Place,
    pub declaration: TableDecl,
    /// Attributes on the macro call itself.
    pub call_attributes: Vec<Attribute>,
    pub is_view: bool,
    /// Whether its doc comments are comments of the database.
    pub has_doc_comments: bool,
}

impl TableItem {
    /// Returns the scope inside its braces.
    pub fn scope(&self) -> ModulePath {
        self.place
            .module
            .child(&self.declaration.table_name.unraw().to_string())
    }
}

/// A `joinable!`.
pub(super) struct JoinableItem {
    pub place: Place,
    pub call: syn::Macro,
    pub attributes: Vec<Attribute>,
}

/// An enum with a derive that maps it to a SQL type.
pub(super) struct EnumItem {
    pub place: Place,
    pub item: syn::ItemEnum,
    pub derive: Derive,
}

/// Macros in schema files that declare no table.
const OTHER_MACROS: &[&str] = &[
    "alias",
    "allow_columns_to_appear_in_same_group_by_clause",
    "allow_tables_to_appear_in_same_query",
    "compile_error",
    "custom_type",
    "declare_sql_function",
    "define_sql_function",
    "enable_multi_table_joins",
    "infix_operator",
    "macro_rules",
    "no_arg_sql_function",
    "numeric_expr",
    "postfix_operator",
    "prefix_operator",
    "sql_function",
    "thread_local",
    "vec",
];

/// Collects the items of all files.
pub(super) fn collect(files: &[SourceFile], report: &mut Report) -> Collected {
    let mut collected = Collected::default();
    for file in files {
        let place = Place {
            file: Arc::clone(&file.path),
            module: file.module.clone(),
        };
        match syntax::file(&file.text) {
            Ok(syntax) => {
                if cfg::is_on(&syntax.attrs) {
                    Walk {
                        collected: &mut collected,
                        report,
                        role: file.role,
                        has_doc_comments: file.has_doc_comments,
                    }
                    .items(&place, syntax.items);
                }
            }
            Err(error) => {
                let location = locate(&place.file, error.span);
                match file.role {
                    Role::Schema => report.error(ParseError::new(DiagnosticCode::InvalidRust, location, error.message)),
                    Role::Rust => report.warn(
                        DiagnosticCode::FileSkipped,
                        &location,
                        format!("this file was not searched for enums: {}", error.message),
                    ),
                }
            }
        }
    }
    collected
}

struct Walk<'a> {
    collected: &'a mut Collected,
    report: &'a mut Report,
    role: Role,
    has_doc_comments: bool,
}

impl Walk<'_> {
    /// Walks the items. The tokens of each item are freed once it is read.
    fn items(&mut self, place: &Place, items: Vec<Item>) {
        self.collected.scope.module(&place.module);
        for item in items {
            self.item(place, item);
        }
    }

    fn item(&mut self, place: &Place, item: Item) {
        match item {
            Item::Mod(module) if cfg::is_on(&module.attrs) => {
                if let Some((_, items)) = module.content {
                    let module = place.module.child(&module.ident.unraw().to_string());
                    self.items(
                        &Place {
                            module,
                            ..place.clone()
                        },
                        items,
                    );
                }
            }
            Item::Macro(item) if self.role == Role::Schema && cfg::is_on(&item.attrs) => self.macro_call(place, item),
            Item::Struct(item) if cfg::is_on(&item.attrs) => {
                if let Some(sql_type) = sql_type::read(&item, &place.file, self.report) {
                    self.collected
                        .scope
                        .define(&place.module, item.ident.unraw().to_string(), Symbol::Type(sql_type));
                }
            }
            Item::Enum(item) if cfg::is_on(&item.attrs) => {
                if let Some(derive) = enum_derive::derive(&item) {
                    self.collected.enums.push(EnumItem {
                        place: place.clone(),
                        item,
                        derive,
                    });
                }
            }
            Item::Type(item) if cfg::is_on(&item.attrs) && item.generics.params.is_empty() => {
                if let syn::Type::Path(target) = &*item.ty
                    && target.path.segments.iter().all(|segment| segment.arguments.is_none())
                {
                    let alias = Symbol::Alias(WrittenPath::new(&target.path));
                    self.collected
                        .scope
                        .define(&place.module, item.ident.unraw().to_string(), alias);
                }
            }
            Item::Use(item) if cfg::is_on(&item.attrs) => self.collected.scope.import(&place.module, &item),
            _ => {}
        }
    }

    fn macro_call(&mut self, place: &Place, item: syn::ItemMacro) {
        let Some(last) = item.mac.path.segments.last() else {
            return;
        };
        let span = last.ident.span();
        let name = last.ident.unraw().to_string();
        match name.as_str() {
            "table" | "view" => self.table(place, item, span, name == "view"),
            "joinable" => self.collected.joinables.push(JoinableItem {
                place: place.clone(),
                call: item.mac,
                attributes: item.attrs,
            }),
            name if OTHER_MACROS.contains(&name) => {}
            name => {
                let location = locate(&place.file, span);
                match nearest(name, ["table", "view", "joinable"], 1).as_slice() {
                    [meant] => {
                        let error = ParseError::new(
                            DiagnosticCode::UnknownMacro,
                            location,
                            format!("there is no macro `{name}!`"),
                        );
                        self.report.error(error.hint(format!("did you mean `{meant}!`?")));
                    }
                    _ => self.report.warn(
                        DiagnosticCode::MacroSkipped,
                        &location,
                        format!(
                            "schema-diff does not expand `{name}!`: it does not see tables that this macro declares"
                        ),
                    ),
                }
            }
        }
    }

    fn table(&mut self, place: &Place, item: syn::ItemMacro, span: Span, is_view: bool) {
        let declaration = match item.mac.parse_body::<TableDecl>() {
            Ok(declaration) => declaration,
            Err(error) => {
                if let Some(span) = before_nothing(item.mac.tokens.clone()) {
                    let error = ParseError::new(
                        DiagnosticCode::InvalidDeclaration,
                        locate(&place.file, span),
                        "no column follows this doc comment or attribute, so it has no effect",
                    );
                    self.report.error(
                        error.hint("move the doc comment or attribute above a column or above the table's name; or turn the doc comment into a plain comment: `// ...`"),
                    );
                    return;
                }
                let end = item.mac.delimiter.span().close();
                let location = locate_or(
                    &place.file,
                    error.span(),
                    if item.mac.tokens.is_empty() { span } else { end },
                );
                let form = if is_view {
                    "view! { name { column -> Type, ... } }"
                } else {
                    "table! { name (key) { column -> Type, ... } }"
                };
                self.report.error(
                    ParseError::new(
                        DiagnosticCode::InvalidDeclaration,
                        location,
                        sentence(&error.to_string()),
                    )
                    .hint(format!("write the declaration in this form: {form}")),
                );
                return;
            }
        };
        if !cfg::is_on(&declaration.meta) {
            return;
        }
        let table = TableItem {
            place: place.clone(),
            declaration,
            call_attributes: item.attrs,
            is_view,
            has_doc_comments: self.has_doc_comments,
        };
        let scope = table.scope();
        self.collected.scope.module(&scope);
        for import in &table.declaration.use_statements {
            self.collected.scope.import(&scope, import);
        }
        if table.declaration.use_statements.is_empty() {
            self.collected.scope.import_all_of(&scope, &["diesel", "sql_types"]);
        }
        let name = scope.name().unwrap_or_default().to_owned();
        self.collected
            .scope
            .define(&place.module, name, Symbol::Table(self.collected.tables.len()));
        self.collected.tables.push(table);
    }
}

/// Returns the position of an attribute or doc comment that is the last token inside its braces.
fn before_nothing(tokens: TokenStream) -> Option<Span> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if let [.., TokenTree::Punct(hash), TokenTree::Group(group)] = tokens.as_slice()
        && hash.as_char() == '#'
        && group.delimiter() == Delimiter::Bracket
    {
        return Some(hash.span());
    }
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => before_nothing(group.stream()),
        _ => None,
    })
}

/// Returns a parser's message as one line.
pub(super) fn sentence(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
