//! Stand-ins for functions that the scratch server cannot create because of their language or library. A stand-in has
//! the same signature, so that the callers of the function can be created.

use crate::model::Function;

/// Returns a PL/pgSQL function with the same signature and a trivial body, in the form in which Postgres prints it;
/// `None` if no such function is possible.
pub(super) fn stand_in(function: &Function) -> Option<String> {
    let (header, _) = function.definition.split_once("\nAS ")?;
    let mut lines: Vec<&str> = Vec::new();
    for line in header.lines() {
        let word = line.trim_start().split(' ').next().unwrap_or_default();
        match word {
            "TRANSFORM" | "SUPPORT" => {}
            "LANGUAGE" if line.starts_with(" LANGUAGE ") => lines.push(" LANGUAGE plpgsql"),
            _ => lines.push(line),
        }
    }
    let returns = lines.iter().find_map(|line| line.strip_prefix(" RETURNS "));
    let has_out = lines.first().is_some_and(|line| line.contains("OUT "));
    let body = match returns {
        None => "BEGIN END",
        Some("trigger") => "BEGIN RETURN coalesce(NEW, OLD); END",
        Some("void") => "BEGIN END",
        Some(of) if of.starts_with("SETOF ") || of.starts_with("TABLE(") => "BEGIN RETURN; END",
        Some(_) if has_out => "BEGIN END",
        Some(_) => "BEGIN RETURN NULL; END",
    };
    let definition = format!("{}\nAS $function${body}$function$", lines.join("\n"));
    (definition != function.definition).then_some(definition)
}

#[cfg(test)]
mod tests {
    use super::stand_in;
    use crate::model::{Function, QualifiedName};

    #[test]
    fn the_signature_stays() {
        let function = Function {
            name: QualifiedName::public("f"),
            definition: "CREATE OR REPLACE FUNCTION public.f(a integer)\n RETURNS integer\n LANGUAGE plpython3u\n IMMUTABLE STRICT\nAS $function$return a$function$".to_owned(),
            depends_on: Vec::new(),
        };
        let wanted = "CREATE OR REPLACE FUNCTION public.f(a integer)\n RETURNS integer\n LANGUAGE plpgsql\n IMMUTABLE STRICT\nAS $function$BEGIN RETURN NULL; END$function$";
        assert_eq!(stand_in(&function).as_deref(), Some(wanted));
    }
}
