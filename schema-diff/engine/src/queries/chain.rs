//! Chains of method calls, and the calls that they are an argument of.

use super::code::Code;
use crate::uses::tokens::TokenKind;

/// A method call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Method {
    /// The index of its name.
    pub name: usize,
    /// The index of the parenthesis that opens its arguments.
    pub open: usize,
}

/// A value with the method calls after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    /// Its first token.
    pub start: usize,
    pub methods: Vec<Method>,
    /// The index after it.
    pub end: usize,
}

/// A call with a chain as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The index of its name.
    pub name: usize,
    /// The index of the parenthesis that opens its arguments.
    pub open: usize,
    pub is_method: bool,
}

impl Chain {
    /// Reads the calls after a value.
    pub fn of(code: &Code, start: usize, after: usize) -> Self {
        let mut methods = Vec::new();
        let mut at = after;
        loop {
            if code.is(at, "?") {
                at += 1;
            } else if code.is(at, ".") && code.is(at + 1, "await") {
                at += 2;
            } else if code.is(at, ".") && code.is_ident(at + 1) {
                let open = code.after_turbofish(at + 2);
                if !code.is(open, "(") {
                    break;
                }
                methods.push(Method { name: at + 1, open });
                at = code.brackets.skip(open);
            } else {
                break;
            }
        }
        Self {
            start,
            methods,
            end: at,
        }
    }

    /// Returns the call of which the chain is a whole argument.
    pub fn call(&self, code: &Code) -> Option<Call> {
        let mut before = self.start.checked_sub(1)?;
        while ["&", "*", "mut"].contains(&code.text(before)) {
            before = before.checked_sub(1)?;
        }
        let is_argument =
            (code.is(before, "(") || code.is(before, ",")) && (code.is(self.end, ")") || code.is(self.end, ","));
        let open = code
            .parent(self.start)
            .filter(|open| is_argument && code.is(*open, "("))?;
        let name = code.callee(open)?;
        Some(Call {
            name,
            open,
            is_method: code.follows(name, "."),
        })
    }

    /// Returns the chain of which a call is a part, from the call on.
    pub fn around(code: &Code, call: Call) -> Self {
        let start = match call.is_method {
            true => receiver_start(code, call.name - 1),
            false => code.path_start(call.name),
        };
        Self::of(code, start, code.brackets.skip(call.open))
    }
}

/// Returns the first token of the value before the point at `point`.
fn receiver_start(code: &Code, mut point: usize) -> usize {
    loop {
        let Some(mut at) = point.checked_sub(1) else {
            return point;
        };
        while code.is(at, "?") && at > 0 {
            at -= 1;
        }
        if code.tokens[at].kind == TokenKind::Close {
            let open = code.start(at);
            at = code.callee(open).unwrap_or(open);
        }
        at = code.path_start(at);
        match code.follows(at, ".") {
            true => point = at - 1,
            false => return at,
        }
    }
}
