//! Puts functions that are alike beside each other. Generic code leaves many of them, and brotli writes the second of two
//! in few bytes when it stands close behind the first: the client travels a thirtieth smaller.

use anyhow::Result;
use wasm_encoder::{Encode, NameMap, NameSection, SectionId};
use wasmparser::{Parser, Payload, TypeRef};

/// Changes when the result for the same input may have changed.
pub const VERSION: &str = "by type, length and end";

/// The module with names for its functions by which `wasm-opt --reorder-functions-by-name` brings them in order. It must
/// have none yet.
pub fn name_by_likeness(wasm: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut types, mut bodies) = (0, Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(functions) => types = functions.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => (),
        }
    }
    let mut functions: Vec<_> = (imported..).zip(types.into_iter().zip(bodies)).collect();
    // Those that begin alike are mostly of one length anyway; what they call, and with what, stands towards the end.
    functions
        .sort_by_key(|(_, (kind, body))| (*kind, body.len(), body.iter().rev().copied().collect::<Vec<_>>()));
    let mut ranks: Vec<_> = functions.iter().enumerate().map(|(rank, (index, _))| (*index, rank)).collect();
    ranks.sort_unstable();

    let mut names = NameMap::new();
    for (index, rank) in ranks {
        names.append(index, &format!("{rank:06}"));
    }
    let mut section = NameSection::new();
    section.functions(&names);
    let mut named = wasm.to_vec();
    named.push(SectionId::Custom.into());
    section.encode(&mut named);
    Ok(named)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{CodeSection, Function, FunctionSection, Instruction, Module, TypeSection};
    use wasmparser::{KnownCustom, Name};

    use super::*;

    #[test]
    fn functions_of_one_type_stand_together_and_the_short_ones_first() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([], [wasm_encoder::ValType::I32]);
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for (kind, numbers) in [(1, vec![1]), (0, vec![]), (1, vec![300, 2]), (1, vec![2])] {
            functions.function(kind);
            let mut function = Function::new([]);
            for number in &numbers {
                function.instruction(&Instruction::I32Const(*number));
            }
            for _ in 1..numbers.len() {
                function.instruction(&Instruction::Drop);
            }
            code.function(function.instruction(&Instruction::End));
        }
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        let named = name_by_likeness(&module.finish()).unwrap();
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(&named) {
            if let Payload::CustomSection(section) = payload.unwrap()
                && let KnownCustom::Name(subsections) = section.as_known()
            {
                for subsection in subsections {
                    if let Name::Function(map) = subsection.unwrap() {
                        names.extend(map.into_iter().map(|naming| naming.unwrap().name.to_owned()));
                    }
                }
            }
        }
        assert_eq!(names, ["000001", "000000", "000003", "000002"]);
    }
}
