//! XML as a small tree, within bounds.

use quick_xml::{
    NsReader, XmlVersion,
    events::{BytesStart, Event},
    name::{Namespace, ResolveResult},
};

use super::{DC, DEPTH_MAX, DI, DIAGRAM, ELEMENTS_MAX, MODEL, OURS};
use crate::interchange::Fault;

/// As many attributes an element may have.
const ATTRIBUTES_MAX: usize = 100;
/// As many attributes a file may have.
const ALL_ATTRIBUTES_MAX: usize = 300_000;

/// Whose word the name of an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// BPMN's, of what a process is.
    Model,
    /// BPMN's and its neighbours', of how it is drawn.
    Diagram,
    /// Ours.
    Ours,
    /// Another program's.
    Other,
}

/// An element with all that it holds.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) space: Space,
    /// Its name without a prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it has an attribute of another program's with this name.
    pub(super) fn has_foreign(&self, name: &str) -> bool {
        let is_it = |known: &str| known.split_once(':').is_some_and(|(_, local)| local == name);
        self.attributes.iter().any(|(known, _)| is_it(known))
    }

    /// The text in it, without the spaces around.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The elements in it that have this name.
    pub(super) fn all<'a>(&'a self, space: Space, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.space == space && child.name == name)
    }

    /// The first element in it that has this name.
    pub(super) fn first(&self, space: Space, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.space == space && child.name == name)
    }

    /// The element of ours among its extensions that has this name.
    pub(super) fn ours(&self, name: &str) -> Option<&Element> {
        self.first(Space::Model, "extensionElements")?.first(Space::Ours, name)
    }
}

/// Reads a document. Nothing in it is looked up or expanded.
pub(super) fn parse(text: &str) -> Result<Element, Fault> {
    let mut reader = NsReader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let (mut elements, mut attributes) = (0_usize, 0_usize);
    loop {
        let (space, event) = reader.read_resolved_event().map_err(|_| Fault::NotXml)?;
        let done = match event {
            Event::Start(start) => {
                let element = element(&space, &start)?;
                (elements, attributes) = (elements + 1, attributes + element.attributes.len());
                open.push(element);
                None
            }
            Event::Empty(start) => {
                let element = element(&space, &start)?;
                (elements, attributes) = (elements + 1, attributes + element.attributes.len());
                Some(element)
            }
            Event::End(_) => Some(open.pop().ok_or(Fault::NotXml)?),
            Event::Text(text) => {
                add(&mut open, &text.xml10_content().map_err(|_| Fault::NotXml)?)?;
                None
            }
            Event::CData(text) => {
                add(&mut open, &text.xml10_content().map_err(|_| Fault::NotXml)?)?;
                None
            }
            Event::GeneralRef(reference) => {
                let letter = match reference.resolve_char_ref().map_err(|_| Fault::NotXml)? {
                    Some(letter) => letter,
                    None => match reference.decode().map_err(|_| Fault::NotXml)?.as_ref() {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "apos" => '\'',
                        "quot" => '"',
                        _ => return Err(Fault::NotXml),
                    },
                };
                add(&mut open, letter.encode_utf8(&mut [0; 4]))?;
                None
            }
            Event::DocType(_) => return Err(Fault::DocumentType),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => None,
            Event::Eof => break,
        };
        if ELEMENTS_MAX < elements || ALL_ATTRIBUTES_MAX < attributes {
            return Err(Fault::TooManyElements);
        }
        if DEPTH_MAX < open.len() {
            return Err(Fault::TooDeep);
        }
        match (done, open.last_mut()) {
            (Some(done), Some(parent)) => parent.children.push(done),
            (Some(done), None) if root.is_none() => root = Some(done),
            (Some(_), None) => return Err(Fault::NotXml),
            (None, _) => {}
        }
    }
    if open.is_empty() { root.ok_or(Fault::NotXml) } else { Err(Fault::NotXml) }
}

/// Adds text to the innermost element. Around the outermost there is none.
fn add(open: &mut [Element], text: &str) -> Result<(), Fault> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(Fault::NotXml),
    }
    Ok(())
}

fn element(space: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Element, Fault> {
    let space = match space {
        ResolveResult::Bound(Namespace(space)) if *space == MODEL.as_bytes() => Space::Model,
        ResolveResult::Bound(Namespace(space))
            if [DIAGRAM, DC, DI].iter().any(|known| *space == known.as_bytes()) =>
        {
            Space::Diagram
        }
        ResolveResult::Bound(Namespace(space)) if *space == OURS.as_bytes() => Space::Ours,
        _ => Space::Other,
    };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Fault::NotXml)?;
        if ATTRIBUTES_MAX <= attributes.len() {
            return Err(Fault::TooManyElements);
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Fault::NotXml)?;
        attributes.push((name_of(attribute.key.as_ref())?, value.into_owned()));
    }
    let name = name_of(start.local_name().as_ref())?;
    Ok(Element { space, name, attributes, text: String::new(), children: Vec::new() })
}

fn name_of(bytes: &[u8]) -> Result<String, Fault> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Fault::NotXml)
}
